package dev.weir.operator.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A line to a server. Once it is severed, connections stay open and new ones are taken, but nothing
 * comes through any more, as when a network loses packets. Thread-safe.
 */
final class SeverableLine implements AutoCloseable {

  private final URI server;
  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean severed;

  SeverableLine(String server) {
    this.server = URI.create(server);
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  /** The near end, for the same certificate as the server's. */
  String url() {
    return "https://127.0.0.1:" + listener.getLocalPort();
  }

  void sever() {
    severed = true;
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        sockets.add(near);
        if (!severed) {
          Socket far = new Socket(server.getHost(), server.getPort());
          sockets.add(far);
          Thread.startVirtualThread(() -> copy(near, far));
          Thread.startVirtualThread(() -> copy(far, near));
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[16_384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int length = in.read(buffer);
      while (length >= 0 && !severed) {
        out.write(buffer, 0, length);
        length = in.read(buffer);
      }
      if (!severed) {
        to.shutdownOutput();
      }
    } catch (IOException e) {
      // One end is gone; the other finds out by itself.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
