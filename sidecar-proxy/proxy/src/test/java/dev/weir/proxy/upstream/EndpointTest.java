package dev.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "https://api.Example.com/v1, api.example.com, 443, true, api.example.com",
    "http://vllm:8000, vllm, 8000, false, vllm:8000",
    "http://vllm:80/a/b, vllm, 80, false, vllm",
    "https://[2001:db8::1]:8443/v1, 2001:db8::1, 8443, true, '[2001:db8::1]:8443'",
  })
  void readsBaseUrls(String url, String host, int port, boolean tls, String authority) {
    Endpoint endpoint = Endpoint.of(url);
    assertThat(endpoint).isEqualTo(new Endpoint(host, port, tls));
    assertThat(endpoint.authority()).isEqualTo(authority);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x", "x", "https:///v1", "//x", ""})
  void refusesOthers(String url) {
    assertThatThrownBy(() -> Endpoint.of(url)).isInstanceOf(IllegalArgumentException.class);
  }
}
