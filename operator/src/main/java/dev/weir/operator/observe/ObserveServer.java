package dev.weir.operator.observe;

import io.javalin.Javalin;
import io.javalin.http.HttpStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** Serves {@code /livez}, {@code /readyz} and {@code /metrics}. */
public final class ObserveServer implements AutoCloseable {

  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Javalin javalin;
  private final int port;

  /** A port of 0 takes any that is free. */
  public ObserveServer(int port, Health health, PrometheusMeterRegistry metrics) {
    this.port = port;
    javalin =
        Javalin.create(
            config -> {
              config.concurrency.useVirtualThreads = true;
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              // The process answers, so it lives; it ends by itself when it loses the lead.
              config.routes.get("/livez", context -> context.result("ok\n"));
              config.routes.get(
                  "/readyz",
                  context -> {
                    List<String> missing = health.missing();
                    context
                        .status(missing.isEmpty() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                        .result(
                            missing.isEmpty()
                                ? "ok\n"
                                : "waiting for: " + String.join(", ", missing) + "\n");
                  });
              config.routes.get(
                  "/metrics",
                  context -> context.contentType(PROMETHEUS_TEXT).result(metrics.scrape()));
            });
  }

  /** Listens; throws if the port is taken. */
  public void start() {
    javalin.start(port);
  }

  /** The port that it listens on. */
  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
  }
}
