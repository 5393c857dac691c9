package dev.weir.e2e.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The provider's server. Thread-safe. */
public final class ScriptedProvider implements AutoCloseable {
  private static final int BACKLOG = 1000;

  private final ServerSocket server = new ServerSocket();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final long seed;

  /**
   * Listens at once.
   *
   * @param seed decides where bytes are cut, together with the call's id
   */
  public ScriptedProvider(String address, long seed) throws IOException {
    this.seed = seed;
    server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0), BACKLOG);
    threads.execute(this::accept);
  }

  /** The port that it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  /** Calls that have ended so far. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** Calls that are being answered. */
  public int open() {
    return open.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        // Closed; or a client that left before it was accepted.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream());
      for (Map<String, String> head = head(in); head != null; head = head(in)) {
        int length = Integer.parseInt(head.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), UTF_8);
        long begun = System.nanoTime();
        Script script = Script.in(body);
        Random random = new Random(seed ^ script.id().hashCode());
        boolean told = false;
        open.incrementAndGet();
        try {
          told = new Answer(script, body, client.getOutputStream(), random).write();
        } finally {
          received.add(new Received(script, head, body, begun, System.nanoTime(), told));
          open.decrementAndGet();
        }
      }
    } catch (IOException e) {
      // The client left; what it had got until then stands in received.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Null at the end of the connection. */
  private static @Nullable Map<String, String> head(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      text.append((char) next);
    }
    Map<String, String> head = new TreeMap<>();
    for (String line : new String(text.toString().getBytes(ISO_8859_1), UTF_8).split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && !line.startsWith("POST ")) {
        head.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return head;
  }

  /** Ends all connections and listens no more. */
  public void stop() throws IOException {
    server.close();
    threads.shutdownNow();
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
