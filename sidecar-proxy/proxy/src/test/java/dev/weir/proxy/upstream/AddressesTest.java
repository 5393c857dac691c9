package dev.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
      })
  void ownHostAndLinkAreRefused(String address) {
    assertThat(Addresses.isRefused(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.1", "192.168.1.1", "172.16.0.1", "8.8.8.8", "fd00::1", "2001:db8::1"})
  void othersAreNot(String address) {
    assertThat(Addresses.isRefused(InetAddress.ofLiteral(address))).isFalse();
  }

  @Test
  void onlyWhatIsNotRefusedIsConnectedTo() throws Exception {
    Resolver.Lookup mixed =
        host ->
            host.equals("mixed")
                ? new InetAddress[] {
                  InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("10.0.0.1")
                }
                : new InetAddress[] {InetAddress.ofLiteral("169.254.169.254")};
    Resolver resolver = new Resolver(mixed, Addresses::isRefused, Runnable::run);
    assertThat(resolver.resolve("mixed").get(1, TimeUnit.SECONDS))
        .containsExactly(InetAddress.ofLiteral("10.0.0.1"));
    assertThatThrownBy(() -> resolver.resolve("metadata").get(1, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(RefusedAddressException.class);
  }
}
