package dev.weir.proxy.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/**
 * An application that does exactly what a script says, and remembers the heads that it saw. Each
 * connection has a virtual thread, which runs the script until it says false or the peer is gone.
 */
public final class Origin implements AutoCloseable {
  private final ServerSocket server;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Script script = Script.OK;

  public Origin() throws IOException {
    this(ServerSocketFactory.getDefault());
  }

  /** Listens with TLS, if the factory does. */
  public Origin(ServerSocketFactory sockets) throws IOException {
    server = sockets.createServerSocket(0, 512, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.getLocalPort());
  }

  public void script(Script next) {
    script = next;
  }

  /** The heads of all requests, byte for byte. */
  public List<String> heads() {
    return heads;
  }

  public int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        connections.incrementAndGet();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      String head = readHead(in);
      while (!head.isEmpty()) {
        heads.add(head);
        if (!script.answer(new Call(head, in, socket.getOutputStream(), socket))) {
          return;
        }
        head = readHead(in);
      }
    } catch (IOException e) {
      // The proxy went away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** What the application does with one request. */
  public interface Script {
    /** Reads the body, says 200 and {@code ok}. */
    Script OK =
        call -> call.readBody() && call.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    /** Whether to go on with the connection. */
    boolean answer(Call call) throws IOException, InterruptedException;
  }

  /** One request. */
  public record Call(String head, InputStream in, OutputStream out, Socket socket) {

    public boolean say(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return true;
    }

    public String field(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return "";
    }

    /** Reads a body of known length and forgets it. */
    public boolean readBody() throws IOException {
      String length = field("Content-Length");
      if (!length.isEmpty()) {
        in.skipNBytes(Long.parseLong(length));
      } else if (!field("Transfer-Encoding").isEmpty()) {
        var _ = chunked();
      }
      return true;
    }

    /** A body of known length. */
    public String body() throws IOException {
      return new String(
          in.readNBytes(Integer.parseInt(field("Content-Length"))), StandardCharsets.UTF_8);
    }

    /** One chunk of a chunked body. */
    public boolean chunk(String text) throws IOException {
      return say(
          Integer.toHexString(text.getBytes(StandardCharsets.ISO_8859_1).length)
              + "\r\n"
              + text
              + "\r\n");
    }

    /** The raw bytes of a chunked body up to its end. */
    public String chunked() throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        String line = line(all);
        int size = Integer.parseInt(line, 16);
        if (size == 0) {
          while (!line(all).isEmpty()) {}
          return all.toString(StandardCharsets.ISO_8859_1);
        }
        all.write(in.readNBytes(size + 2));
      }
    }

    private String line(ByteArrayOutputStream all) throws IOException {
      StringBuilder line = new StringBuilder();
      int b = in.read();
      while (b != '\n') {
        if (b < 0) {
          throw new IOException("ended in the middle of a body");
        }
        line.append((char) b);
        all.write(b);
        b = in.read();
      }
      all.write(b);
      return line.toString().strip();
    }
  }
}
