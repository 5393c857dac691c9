package dev.weir.proxy.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of API keys. (NOT thread safe; one per event loop.) */
public final class KeyDigest {
  private final MessageDigest sha256;

  /** A digest for one event loop. */
  public KeyDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** In lower-case hex. Field values are bytes that the codec has read as ISO 8859-1. */
  String hex(String key) {
    return HexFormat.of().formatHex(sha256.digest(key.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
