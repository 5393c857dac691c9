package dev.weir.operator.webhook;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** What the HTTPS server shows. Replaced while it runs; open connections go on. Thread-safe. */
public final class TlsMaterial {

  private static final char[] NO_PASSWORD = new char[0];

  private final SslContextFactory.Server factory = new SslContextFactory.Server();

  /** Certificates, the leaf first, and the leaf's key. */
  record Chain(PrivateKey key, List<X509Certificate> certificates) {}

  /** Nothing is shown, and every handshake fails, before the first load. */
  public TlsMaterial() {
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    factory.setKeyStore(empty());
    factory.setKeyStorePassword("");
  }

  SslContextFactory.Server factory() {
    return factory;
  }

  void load(Chain chain) {
    try {
      KeyStore store = empty();
      store.setKeyEntry(
          "leaf", chain.key(), NO_PASSWORD, chain.certificates().toArray(Certificate[]::new));
      if (factory.isRunning()) {
        factory.reload(running -> running.setKeyStore(store));
      } else {
        factory.setKeyStore(store);
      }
    } catch (Exception e) {
      throw new IllegalStateException("Can't load the serving certificate", e);
    }
  }

  private static KeyStore empty() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has PKCS #12", e);
    }
  }
}
