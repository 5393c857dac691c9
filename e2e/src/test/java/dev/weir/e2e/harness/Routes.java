package dev.weir.e2e.harness;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Whether a Service leads to living pods only; kube-proxy follows a rollout with a delay. */
public final class Routes {
  private static final int CONNECTIONS = 40;
  private static final int CONNECT_MILLIS = 500;

  private Routes() {}

  /** Returns once many connections in a row were accepted; sends no request. */
  public static void awaitLiving(String address, int port) {
    Eventually.that(
        address + " leads to living pods only",
        () -> allAccepted(new InetSocketAddress(address, port)));
  }

  private static boolean allAccepted(InetSocketAddress address) throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(address, CONNECT_MILLIS);
      }
    }
    return true;
  }
}
