package dev.weir.proxy.boot;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sidecar's process. Exits with 2 on a wrong configuration, 1 when it cannot start. */
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /** Takes no arguments; see the README for the environment. */
  public static void main(String[] arguments) {
    try {
      Sidecar sidecar = new Sidecar(ProxyConfig.from(System.getenv()));
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().name("weir-stop").unstarted(() -> stop(sidecar)));
    } catch (IllegalArgumentException e) {
      log.error("{}", e.getMessage());
      System.exit(2);
    } catch (Exception e) {
      log.error("The sidecar cannot start", e);
      System.exit(1);
    }
  }

  private static void stop(Sidecar sidecar) {
    try {
      sidecar.stop();
    } catch (InterruptedException | RuntimeException e) {
      log.error("The sidecar did not stop in an orderly way", e);
    }
  }
}
