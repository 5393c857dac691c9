package dev.weir.proxy.config;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Which issuers the operator's certificate may have: those injected into the pod and those sent
 * last, current and next. No other authority is trusted. Thread-safe.
 */
final class Trust {
  private final Set<X509Certificate> injected;
  private volatile SslContext context;

  /**
   * Trusts the certificates injected.
   *
   * @throws RefusedException if the PEM text holds no certificate
   */
  Trust(String injectedPem) throws RefusedException {
    this.injected = certificates(injectedPem);
    this.context = context(injected);
  }

  /** For the next connection. */
  SslContext context() {
    return context;
  }

  /**
   * Checks a bundle without trusting it yet.
   *
   * @param pem certificates; null for none besides those injected
   * @return makes it trusted, in place of the bundle before
   * @throws RefusedException if the text holds no certificate
   */
  Runnable prepare(@Nullable String pem) throws RefusedException {
    Set<X509Certificate> all = new LinkedHashSet<>(injected);
    if (pem != null) {
      all.addAll(certificates(pem));
    }
    SslContext next = context(all);
    return () -> context = next;
  }

  private static Set<X509Certificate> certificates(String pem) throws RefusedException {
    try {
      Collection<? extends Certificate> read =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
      Set<X509Certificate> certificates = new LinkedHashSet<>();
      for (Certificate certificate : read) {
        certificates.add((X509Certificate) certificate);
      }
      if (certificates.isEmpty()) {
        throw new RefusedException("ca holds no certificate; it must be PEM");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new RefusedException("ca is not PEM certificates: " + e.getMessage());
    }
  }

  private static SslContext context(Set<X509Certificate> trusted) throws RefusedException {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.JDK)
          .trustManager(trusted.toArray(X509Certificate[]::new))
          .protocols("TLSv1.3")
          .endpointIdentificationAlgorithm("HTTPS")
          .build();
    } catch (SSLException e) {
      throw new RefusedException("ca can't be used: " + e.getMessage());
    }
  }
}
