package dev.weir.operator.webhook;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate with its key (P-256): an authority that issues, or a leaf that it issued. */
record Authority(X509Certificate certificate, PrivateKey key) {

  /** Clocks of other machines may be behind ours by this much. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  /** Its lifetime, from now. */
  static Authority create(Instant now, Duration lifetime) {
    KeyPair pair = generate();
    // The serial number in the name tells two authorities apart while both are trusted.
    BigInteger serial = serial();
    X500Principal name = new X500Principal("CN=weir-operator CA " + serial.toString(36));
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            serial,
            Date.from(now.minus(SKEW)),
            Date.from(now.plus(lifetime)),
            name,
            pair.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return new Authority(sign(builder, pair.getPrivate()), pair.getPrivate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("Can't create a certificate authority", e);
    }
  }

  /** A server certificate; it ends with the authority at the latest. */
  Authority issue(List<String> dnsNames, List<String> addresses, Instant now, Duration lifetime) {
    KeyPair pair = generate();
    Instant end = now.plus(lifetime);
    Instant last = certificate.getNotAfter().toInstant();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            certificate.getSubjectX500Principal(),
            serial(),
            Date.from(now.minus(SKEW)),
            Date.from(end.isBefore(last) ? end : last),
            new X500Principal("CN=weir-operator"),
            pair.getPublic());
    GeneralName[] names = new GeneralName[dnsNames.size() + addresses.size()];
    for (int i = 0; i < dnsNames.size(); i++) {
      names[i] = new GeneralName(GeneralName.dNSName, dnsNames.get(i));
    }
    for (int i = 0; i < addresses.size(); i++) {
      names[dnsNames.size() + i] = new GeneralName(GeneralName.iPAddress, addresses.get(i));
    }
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate.getPublicKey()));
      return new Authority(sign(builder, key), pair.getPrivate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("Can't issue a certificate", e);
    }
  }

  /** Whether this authority signed the leaf. */
  boolean issued(Authority leaf) {
    try {
      leaf.certificate().verify(certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether less than a third of its time is left. */
  boolean isDue(Instant now) {
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    return now.isAfter(end.minus(Duration.between(begin, end).dividedBy(3)));
  }

  String certificatePem() {
    return pem(certificate);
  }

  /** PKCS #8. */
  String keyPem() {
    try {
      return pem(new JcaPKCS8Generator(key, null).generate());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The reverse of the above.
   *
   * @throws IllegalArgumentException when they are no PEM
   */
  static Authority parse(String certificatePem, String keyPem) {
    try (PEMParser keys = new PEMParser(new StringReader(keyPem))) {
      if (keys.readObject() instanceof PrivateKeyInfo info) {
        return new Authority(
            parseCertificate(certificatePem), new JcaPEMKeyConverter().getPrivateKey(info));
      }
      throw new IllegalArgumentException("not a PKCS #8 key in PEM");
    } catch (IOException e) {
      throw new IllegalArgumentException("not a PKCS #8 key in PEM", e);
    }
  }

  /**
   * One certificate.
   *
   * @throws IllegalArgumentException when it is no PEM
   */
  static X509Certificate parseCertificate(String pem) {
    try (PEMParser certificates = new PEMParser(new StringReader(pem))) {
      if (certificates.readObject() instanceof X509CertificateHolder holder) {
        return new JcaX509CertificateConverter().getCertificate(holder);
      }
      throw new IllegalArgumentException("not a certificate in PEM");
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("not a certificate in PEM", e);
    }
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has P-256", e);
    }
  }

  private static BigInteger serial() {
    return new BigInteger(127, new SecureRandom()).setBit(126);
  }

  /** In PEM. */
  static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
