package dev.weir.limits.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A blocking connection for commands by hand (NOT thread safe). Bulk strings and errors (beginning
 * with '-') come as String, integers as Long, arrays as List, nothing as "".
 */
public final class RedisCommands implements AutoCloseable {

  private final Socket socket = new Socket();
  private final InputStream in;

  RedisCommands(int port) {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
      socket.setSoTimeout(30_000);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends one command and reads its reply. */
  public Object send(List<String> command) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(("*" + command.size() + "\r\n").getBytes(UTF_8));
      for (String word : command) {
        byte[] bytes = word.getBytes(UTF_8);
        out.write(("$" + bytes.length + "\r\n").getBytes(UTF_8));
        out.write(bytes);
        out.write("\r\n".getBytes(UTF_8));
      }
      socket.getOutputStream().write(out.toByteArray());
      return read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #send}, with the reply as text. */
  public String text(String... command) {
    return String.valueOf(send(List.of(command)));
  }

  /** As {@link #send}, with the array of the reply as texts. */
  public List<String> list(String... command) {
    if (send(List.of(command)) instanceof List<?> values) {
      return values.stream().map(String::valueOf).toList();
    }
    throw new IllegalStateException(String.join(" ", command) + " did not answer with an array");
  }

  private Object read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> line;
      case ':' -> Long.valueOf(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> {
        List<Object> values = new ArrayList<>();
        for (int i = Integer.parseInt(rest); i > 0; i--) {
          values.add(read());
        }
        yield values;
      }
      default -> throw new IOException("not a reply: " + line);
    };
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return "";
    }
    byte[] bytes = in.readNBytes(length);
    in.skipNBytes(2);
    return new String(bytes, UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection was closed");
      }
      line.write(b);
    }
    in.skipNBytes(1);
    return line.toString(UTF_8);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
