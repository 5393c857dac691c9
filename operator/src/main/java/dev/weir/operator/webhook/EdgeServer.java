package dev.weir.operator.webhook;

import dev.weir.operator.inject.Injector;
import dev.weir.operator.inject.Marks;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.router.JavalinDefaultRoutingApi;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTPS server: the admission webhooks, and what else is given to it. */
public final class EdgeServer implements AutoCloseable {

  /** Marked pods of namespaces that did not opt in. */
  public static final String PODS = "/v1/webhooks/pods";

  /** Pods of namespaces whose label opted in. */
  public static final String PODS_OF_NAMESPACE = "/v1/webhooks/pods/namespace";

  /** Workloads whose mark and mirror differ. */
  public static final String WORKLOADS = "/v1/webhooks/workloads";

  private static final Logger LOG = LoggerFactory.getLogger(EdgeServer.class);
  private static final int MAX_BODY_BYTES = 4 << 20;

  private final Javalin javalin;

  /**
   * @param port 0 for any
   * @param ca PEM certificates that injected sidecars trust
   * @param more adds other routes, here the config stream's
   */
  public EdgeServer(
      int port,
      TlsMaterial tls,
      Injector injector,
      Supplier<String> ca,
      Refusals refusals,
      MeterRegistry metrics,
      Consumer<JavalinDefaultRoutingApi> more) {
    Admission pods = new PodAdmission(injector, Map.of(), ca, refusals, metrics);
    Admission podsOfNamespace =
        new PodAdmission(injector, Map.of(Marks.INJECT, "true"), ca, refusals, metrics);
    this.javalin =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.concurrency.useVirtualThreads = true;
              config.http.compressionStrategy = CompressionStrategy.NONE;
              config.http.maxRequestSize = MAX_BODY_BYTES;
              config.jetty.addConnector((server, http) -> connector(server, http, tls, port));
              config.routes.post(PODS, handler(pods));
              config.routes.post(PODS_OF_NAMESPACE, handler(podsOfNamespace));
              config.routes.post(WORKLOADS, handler(new WorkloadAdmission()));
              config.routes.exception(Exception.class, EdgeServer::unexpected);
              more.accept(config.routes);
            });
  }

  /** Listens. */
  public void start() {
    javalin.start();
  }

  /** The port it listens on. */
  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
  }

  private static ServerConnector connector(
      Server server, HttpConfiguration http, TlsMaterial tls, int port) {
    HttpConfiguration https = new HttpConfiguration(http);
    https.setSendServerVersion(false);
    // Sidecars reach the leader by its address, with the Service's name; one certificate does all.
    https.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector connector =
        new ServerConnector(
            server,
            1,
            1,
            new SslConnectionFactory(tls.factory(), "http/1.1"),
            new HttpConnectionFactory(https));
    connector.setPort(port);
    return connector;
  }

  private static Handler handler(Admission admission) {
    return context -> {
      byte[] body = read(context);
      if (body.length > MAX_BODY_BYTES) {
        context.status(413).result("The body is larger than 4 MiB");
        return;
      }
      try {
        context.contentType("application/json").result(admission.answer(Review.parse(body)));
      } catch (Review.Malformed e) {
        context.status(400).contentType("text/plain").result(String.valueOf(e.getMessage()));
      }
    };
  }

  private static byte[] read(Context context) throws IOException {
    try (InputStream in = context.bodyInputStream()) {
      return in.readNBytes(MAX_BODY_BYTES + 1);
    }
  }

  private static void unexpected(Exception error, Context context) {
    LOG.error("{} {} failed", context.method(), context.path(), error);
    context.status(500).result("Internal error: see the operator's log");
  }
}
