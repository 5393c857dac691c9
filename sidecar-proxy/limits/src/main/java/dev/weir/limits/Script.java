package dev.weir.limits;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script and the name by which Redis caches it. */
record Script(String text, String sha1) {

  static final Script DECIDE = load("decide.lua");
  static final Script USAGE = load("usage.lua");

  private static Script load(String resource) {
    try (InputStream in = Script.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing from the jar");
      }
      String text = withoutComments(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      byte[] sha1 =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Script(text, HexFormat.of().formatHex(sha1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /** Whole comment lines become empty, so that a script error's line number still fits the file. */
  private static String withoutComments(String script) {
    return script.replaceAll("(?m)^\\s*--.*$", "");
  }
}
