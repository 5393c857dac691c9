package dev.weir.proxy.llm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The files that the tests of this package read, and broken copies of them. */
final class Corpus {
  private static final byte[][] PIECES = {
    bytes("\n"),
    bytes("\r"),
    bytes("\r\n\r\n"),
    bytes("data:"),
    bytes("data"),
    bytes(": "),
    bytes("[DONE]"),
    bytes("{"),
    bytes("}"),
    bytes("["),
    bytes("]"),
    bytes(","),
    bytes("\""),
    bytes("\\"),
    bytes("\\ud83d"),
    bytes("\\u0075sage"),
    bytes("null"),
    bytes("-"),
    bytes("1e9"),
    bytes("0"),
    bytes("\"usage\":{\"prompt_tokens\":1}"),
    bytes("\"error\":{}"),
    bytes("\ufeff"),
    {(byte) 0xc0},
    {(byte) 0xff},
    {0}
  };

  private static final Map<String, List<byte[]>> FOLDERS = new ConcurrentHashMap<>();

  private Corpus() {}

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] read(String name) {
    try (InputStream in = Corpus.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the files in a folder, in an order that does not change. */
  static List<String> names(String folder) {
    try {
      URI uri = Objects.requireNonNull(Corpus.class.getResource(folder)).toURI();
      try (Stream<Path> files = Files.list(Path.of(uri))) {
        return files.map(file -> folder + "/" + file.getFileName()).sorted().toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A file of the folder with up to four changes: bytes set, cut out, repeated or put in. */
  static byte[] mutated(String folder, Random random) {
    List<byte[]> files =
        FOLDERS.computeIfAbsent(folder, f -> names(f).stream().map(Corpus::read).toList());
    byte[] bytes = files.get(random.nextInt(files.size()));
    int changes = random.nextInt(5);
    for (int i = 0; i < changes; i++) {
      int from = random.nextInt(bytes.length + 1);
      int to = Math.min(bytes.length, from + random.nextInt(40));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(bytes, 0, from);
      switch (random.nextInt(4)) {
        case 0 -> {
          out.write(random.nextInt(256));
          to = Math.min(bytes.length, from + 1);
        }
        case 1 -> {}
        case 2 -> {
          out.write(bytes, from, to - from);
          to = from;
        }
        default -> {
          out.writeBytes(PIECES[random.nextInt(PIECES.length)]);
          to = from;
        }
      }
      out.write(bytes, to, bytes.length - to);
      bytes = out.toByteArray();
    }
    return bytes;
  }
}
