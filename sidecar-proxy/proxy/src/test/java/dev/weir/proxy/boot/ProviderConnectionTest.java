package dev.weir.proxy.boot;

import static dev.weir.proxy.boot.LlmCallTest.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.proxy.llm.LlmSettings;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.Origin;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.Snapshots;
import dev.weir.proxy.upstream.Resolver;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How providers are found and trusted. */
@ExtendWith(Leaks.class)
class ProviderConnectionTest {
  private static final LlmSettings SETTINGS = LlmSettings.standard(false);

  @Test
  void nameIsSentAndCheckedByTls() throws Exception {
    X509Bundle authority =
        certificate().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
    X509Bundle server =
        certificate()
            .subject("CN=provider")
            .addSanDnsName(TestGateway.HOST)
            .addSanDnsName("single")
            .buildIssuedBy(authority);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(server.toKeyManagerFactory().getKeyManagers(), null, null);
    List<String> names = new CopyOnWriteArrayList<>();
    try (TestGateway gateway =
        new TestGateway(
            new Origin(tls.getServerSocketFactory()),
            TestGateway.LOOPBACK,
            List.of(authority.getCertificate()),
            SETTINGS)) {
      gateway.provider.script(
          call -> {
            call.readBody();
            ExtendedSSLSession session =
                (ExtendedSSLSession) ((SSLSocket) call.socket()).getSession();
            names.add(((SNIHostName) session.getRequestedServerNames().getFirst()).getAsciiName());
            return call.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
          });
      assertThat(ask(gateway, gateway.baseUrl("https", TestGateway.HOST)))
          .startsWith("HTTP/1.1 200 ");
      assertThat(ask(gateway, gateway.baseUrl("https", "single"))).startsWith("HTTP/1.1 200 ");
      assertThat(names).containsExactly(TestGateway.HOST, "single");
      assertThat(ask(gateway, gateway.baseUrl("https", "other.test")))
          .startsWith("HTTP/1.1 502 ")
          .contains("TLS");
    }
  }

  @Test
  void unknownIssuerIsRefused() throws Exception {
    X509Bundle server =
        certificate()
            .subject("CN=x")
            .addSanDnsName("x.test")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(server.toKeyManagerFactory().getKeyManagers(), null, null);
    // Trusts what the JDK does.
    try (TestGateway gateway =
        new TestGateway(
            new Origin(tls.getServerSocketFactory()),
            TestGateway.LOOPBACK,
            List.<X509Certificate>of(),
            SETTINGS)) {
      assertThat(ask(gateway, gateway.baseUrl("https", "x.test"))).startsWith("HTTP/1.1 502 ");
      assertThat(gateway.provider.heads()).isEmpty();
    }
  }

  @Test
  void nextAddressIsTriedWhenOneDoesNotListen() throws Exception {
    Resolver.Lookup two =
        host ->
            new InetAddress[] {
              InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1")
            };
    try (TestGateway gateway =
        new TestGateway(new Origin(ServerSocketFactory.getDefault()), two, List.of(), SETTINGS)) {
      gateway.provider.script(LlmCallTest.json("200 OK", "", "{}"));
      assertThat(ask(gateway, gateway.baseUrl("http", "x.test"))).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void nameThatLeadsToLoopbackIsRefused() throws Exception {
    try (TestGateway gateway = new TestGateway(new Origin(), null, List.of(), SETTINGS)) {
      for (String host : List.of("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "169.254.169.254")) {
        assertThat(ask(gateway, gateway.baseUrl("http", host)))
            .startsWith("HTTP/1.1 502 ")
            .contains("\"code\":\"provider_forbidden\"");
      }
      assertThat(gateway.provider.connections()).isZero();
    }
  }

  private static String ask(TestGateway gateway, String baseUrl) throws Exception {
    gateway.serving(Snapshots.route("chat", gateway.port, baseUrl, List.of(), List.of()));
    try (RawClient client = gateway.client()) {
      client.send(PLAIN);
      return client.response();
    }
  }

  private static CertificateBuilder certificate() {
    Instant now = Instant.now();
    return new CertificateBuilder()
        .ecp256()
        .notBefore(now.minus(Duration.ofHours(1)))
        .notAfter(now.plus(Duration.ofHours(1)));
  }
}
