package dev.weir.proxy.boot;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** The sidecar's process. Exits with 2 on a wrong configuration, 1 when it cannot start. */
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);
  private static final int TERMINATED = 143;

  private Main() {}

  /** Takes no arguments; see the README for the environment. */
  public static void main(String[] arguments) {
    try {
      Sidecar sidecar = new Sidecar(ProxyConfig.from(System.getenv()));
      onSignals(sidecar);
    } catch (IllegalArgumentException e) {
      log.error("{}", e.getMessage());
      System.exit(2);
    } catch (Exception e) {
      log.error("The sidecar cannot start", e);
      System.exit(1);
    }
  }

  /** A shutdown hook would not hear the second signal. */
  @SuppressWarnings("sunapi")
  private static void onSignals(Sidecar sidecar) {
    AtomicBoolean stopping = new AtomicBoolean();
    for (String name : new String[] {"TERM", "INT"}) {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (stopping.getAndSet(true)) {
              Runtime.getRuntime().halt(TERMINATED);
            }
            Thread.ofPlatform().name("weir-stop").start(() -> stop(sidecar));
          });
    }
  }

  private static void stop(Sidecar sidecar) {
    int status = 0;
    try {
      sidecar.stop();
    } catch (InterruptedException | RuntimeException e) {
      log.error("The sidecar did not stop in an orderly way", e);
      status = 1;
    }
    System.exit(status);
  }
}
