package dev.weir.proxy.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS to providers: the JDK's own implementation and trust store, the name sent along (SNI) and
 * checked against the certificate. Thread-safe.
 */
public final class ClientTls {
  private final List<X509Certificate> trusted;
  private final Executor tasks;
  private volatile @Nullable SslContext context;

  /**
   * Trusts what the JDK does.
   *
   * @param tasks runs what a handshake computes, which takes long in a process that has just begun
   */
  public ClientTls(Executor tasks) {
    this(tasks, List.of());
  }

  /** Trusts these alone; none for those of the JDK. */
  public ClientTls(Executor tasks, List<X509Certificate> trusted) {
    this.tasks = tasks;
    this.trusted = List.copyOf(trusted);
  }

  /**
   * Reads the trust store, once. Takes a while, so not for event loops.
   *
   * @throws IllegalStateException if it can't be read
   */
  public void prepare() {
    var _ = context();
  }

  private SslContext context() {
    SslContext made = context;
    if (made == null) {
      made = make();
      context = made;
    }
    return made;
  }

  private SslContext make() {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .endpointIdentificationAlgorithm("HTTPS");
      return trusted.isEmpty()
          ? builder.build()
          : builder.trustManager(trusted.toArray(X509Certificate[]::new)).build();
    } catch (SSLException e) {
      throw new IllegalStateException("The trust store of the JDK cannot be used", e);
    }
  }

  SslHandler handler(ByteBufAllocator alloc, Endpoint endpoint) {
    SslHandler handler = context().newHandler(alloc, endpoint.host(), endpoint.port(), tasks);
    if (isName(endpoint.host())) {
      // The JDK sends no name that has no dot, as those of Services in the own namespace are.
      SSLEngine engine = handler.engine();
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(endpoint.host())));
      engine.setSSLParameters(parameters);
    }
    return handler;
  }

  private static boolean isName(String host) {
    return host.indexOf(':') < 0 && !host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
