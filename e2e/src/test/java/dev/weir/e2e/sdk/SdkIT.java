package dev.weir.e2e.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.Aimock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both SDKs against the mock, without Weir: they are measured by the same rule. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SdkIT {
  private Aimock mock;
  private Sdk node;
  private Sdk java;

  @BeforeAll
  void start() {
    mock = Aimock.start("127.0.0.1", "key");
    String url = "http://127.0.0.1:" + mock.port() + "/v1";
    node = new NodeSdk(url, "key");
    java = new JavaSdk(url, "key");
  }

  @AfterAll
  void stop() {
    mock.close();
  }

  @ParameterizedTest
  @EnumSource(Sdk.Kind.class)
  void bothSeeTheSame(Sdk.Kind kind) {
    String question = kind.name().startsWith("TOOLS") ? "What is the weather?" : "hello";
    Outcome seen = java.call(kind, "gpt-4o", question);
    assertThat(seen.text()).isNotEmpty();
    if (kind == Sdk.Kind.EMBEDDINGS) {
      // The mock has none; both try again, since it answers 503.
      assertThat(seen.attempts()).isEqualTo(3);
      assertThat(node.call(kind, "gpt-4o", question).attempts()).isEqualTo(3);
    } else {
      assertThat(node.call(kind, "gpt-4o", question)).isEqualTo(seen);
    }
  }

  @Test
  void bothSeeARefusedKeyAsTheSameError() {
    for (Sdk sdk : new Sdk[] {node, java}) {
      Outcome seen = sdk.withKey("wrong").call(Sdk.Kind.PLAIN, "gpt-4o", "hello");
      assertThat(seen.status()).isEqualTo(401);
      assertThat(seen.code()).isEqualTo("invalid_api_key");
      assertThat(seen.attempts()).isEqualTo(1);
    }
  }
}
