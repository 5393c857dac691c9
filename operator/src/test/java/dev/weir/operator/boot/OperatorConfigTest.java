package dev.weir.operator.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OperatorConfigTest {

  private static Map<String, String> environment() {
    return new HashMap<>(
        Map.of(
            "WEIR_NAMESPACE", "weir-system",
            "WEIR_POD_NAME", "weir-0",
            "WEIR_POD_IP", "10.0.0.7",
            "WEIR_SIDECAR_IMAGE", "weir/proxy:1"));
  }

  @Test
  void defaults() {
    OperatorConfig config = OperatorConfig.from(environment());
    assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.storeTimeout()).isEqualTo(Duration.ofMillis(50));
    assertThat(config.redisUrl()).isNull();
    assertThat(config.lease()).isEqualTo("weir-operator");
    assertThat(config.caSecret()).isEqualTo("weir-operator-ca");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WEIR_NAMESPACE      | ''     | WEIR_NAMESPACE is not set",
        "WEIR_SIDECAR_IMAGE  | ' '    | WEIR_SIDECAR_IMAGE is not set",
        "WEIR_HEARTBEAT_MS   | soon   | WEIR_HEARTBEAT_MS is soon; write a whole number",
        "WEIR_STORE_TIMEOUT_MS | 0    | WEIR_STORE_TIMEOUT_MS is 0; write a whole number from 1",
        "WEIR_REDIS_URL_FILE | /none  | WEIR_REDIS_URL_FILE names /none, which cannot be read"
      })
  void errorsNameTheVariable(String name, String value, String message) {
    Map<String, String> environment = environment();
    environment.put(name, value);
    assertThatThrownBy(() -> OperatorConfig.from(environment)).hasMessageContaining(message);
  }

  @Test
  void theRedisUrlIsReadFromItsFileAndNeverShown(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("url"), "redis://user:s3cret@redis:6379\n");
    Map<String, String> environment = environment();
    environment.put("WEIR_REDIS_URL_FILE", file.toString());
    assertThat(OperatorConfig.from(environment).redisUrl())
        .isEqualTo("redis://user:s3cret@redis:6379");
    assertThat(OperatorConfig.from(environment).toString()).doesNotContain("s3cret");

    Files.writeString(file, "s3cret");
    assertThatThrownBy(() -> OperatorConfig.from(environment))
        .hasMessageContaining("does not hold a redis:// or rediss:// URL")
        .hasMessageNotContaining("s3cret");
  }
}
