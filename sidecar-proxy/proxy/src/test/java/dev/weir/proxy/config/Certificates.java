package dev.weir.proxy.config;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;

/** Certificates as the operator makes them. */
final class Certificates {
  static final X509Bundle CA = authority("weir-operator-ca");
  static final X509Bundle SERVER = server(CA, "localhost");

  private Certificates() {}

  static X509Bundle authority(String name) {
    try {
      return base().subject("CN=" + name).setIsCertificateAuthority(true).buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static X509Bundle server(X509Bundle authority, String host) {
    try {
      return base().subject("CN=weir-operator").addSanDnsName(host).buildIssuedBy(authority);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(X509Bundle authority) {
    return authority.getCertificatePEM();
  }

  private static CertificateBuilder base() {
    Instant now = Instant.now();
    return new CertificateBuilder()
        .ecp256()
        .notBefore(now.minus(Duration.ofHours(1)))
        .notAfter(now.plus(Duration.ofHours(1)));
  }
}
