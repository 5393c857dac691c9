package dev.weir.operator.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the replicas share: who signs now, who will sign next, who signed before. Immutable.
 *
 * <pre>
 * signing --less than a third left--> signing + next (both trusted)
 *         --overlap over--> signing (was next) + previous (trusted until it expires)
 * </pre>
 */
record Trust(Authority signing, @Nullable Authority next, @Nullable X509Certificate previous) {

  static Trust create(Instant now, Lifetimes lifetimes) {
    return new Trust(Authority.create(now, lifetimes.authority()), null, null);
  }

  /** The next state where one is due; itself where not. */
  Trust advance(Instant now, Lifetimes lifetimes) {
    if (expired(signing.certificate(), now)) {
      return create(now, lifetimes);
    }
    if (next != null) {
      Instant known = next.certificate().getNotBefore().toInstant();
      return now.isBefore(known.plus(lifetimes.overlap()))
          ? this
          : new Trust(next, null, signing.certificate());
    }
    if (signing.isDue(now)) {
      return new Trust(signing, Authority.create(now, lifetimes.authority()), previous);
    }
    return previous != null && expired(previous, now) ? new Trust(signing, null, null) : this;
  }

  /** All trusted certificates in PEM, the signing one first. */
  String bundle() {
    StringBuilder pem = new StringBuilder(signing.certificatePem());
    if (next != null) {
      pem.append(next.certificatePem());
    }
    if (previous != null) {
      pem.append(Authority.pem(previous));
    }
    return pem.toString();
  }

  /** As a Secret's {@code data}. */
  Map<String, String> data() {
    Map<String, String> data = new LinkedHashMap<>();
    write(data, "ca.crt", signing.certificatePem());
    write(data, "ca.key", signing.keyPem());
    if (next != null) {
      write(data, "next.crt", next.certificatePem());
      write(data, "next.key", next.keyPem());
    }
    if (previous != null) {
      write(data, "previous.crt", Authority.pem(previous));
    }
    return data;
  }

  /**
   * The reverse of {@link #data()}.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Trust of(Map<String, String> data) {
    Authority signing = authority(data, "ca");
    if (signing == null) {
      throw new IllegalArgumentException("ca.crt and ca.key are missing");
    }
    String previous = read(data, "previous.crt");
    return new Trust(
        signing,
        authority(data, "next"),
        previous == null ? null : Authority.parseCertificate(previous));
  }

  private static @Nullable Authority authority(Map<String, String> data, String name) {
    String certificate = read(data, name + ".crt");
    String key = read(data, name + ".key");
    return certificate == null || key == null ? null : Authority.parse(certificate, key);
  }

  private static void write(Map<String, String> data, String entry, String pem) {
    data.put(entry, Base64.getEncoder().encodeToString(pem.getBytes(UTF_8)));
  }

  private static @Nullable String read(Map<String, String> data, String entry) {
    String value = data.get(entry);
    return value == null ? null : new String(Base64.getDecoder().decode(value), UTF_8);
  }

  private static boolean expired(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotAfter().toInstant());
  }
}
