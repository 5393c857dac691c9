package dev.weir.proxy.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyConfigTest {
  private static final Map<String, String> GOOD =
      Map.of(
          "WEIR_APP_PORT", "8080",
          "WEIR_CONFIG_URL", "wss://weir-operator.weir.svc:9443/v1/config",
          "WEIR_CA", "pem",
          "WEIR_POD_NAME", "api-1",
          "WEIR_NAMESPACE", "shop",
          "WEIR_DRAIN_TOKEN", "secret");

  @Test
  void hasDefaultsAndHidesTheToken() {
    ProxyConfig config = ProxyConfig.from(GOOD);
    assertThat(config.listenPort()).isEqualTo(15001);
    assertThat(config.adminPort()).isEqualTo(15020);
    assertThat(config.eventLoops()).isEqualTo(1);
    assertThat(config.debugHeaders()).isFalse();
    assertThat(config.toString()).doesNotContain("secret", "pem");
  }

  @ParameterizedTest
  @CsvSource({
    "WEIR_APP_PORT, '', WEIR_APP_PORT is not set",
    "WEIR_APP_PORT, 70000, WEIR_APP_PORT is '70000'; set it to a whole number from 1 to 65535",
    "WEIR_LISTEN_PORT, x, WEIR_LISTEN_PORT is 'x'; set it to a whole number",
    "WEIR_CONFIG_URL, http://x, WEIR_CONFIG_URL is 'http://x'; set it to wss://",
    "WEIR_EVENT_LOOPS, 0, WEIR_EVENT_LOOPS is '0'",
    "WEIR_DRAIN_TOKEN, '', WEIR_DRAIN_TOKEN is not set"
  })
  void namesTheVariableAndWhatToDo(String name, String value, String says) {
    Map<String, String> environment = new HashMap<>(GOOD);
    environment.put(name, value);
    assertThatThrownBy(() -> ProxyConfig.from(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says);
  }
}
