package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelListTest {
  private static final Snapshot.Route ROUTE =
      new Snapshot.Route(
          "chat",
          15080,
          false,
          "u/chat",
          Snapshot.HeaderFormat.OPEN_AI,
          new Snapshot.Timeouts(1000, 20000, 10000, 120000),
          List.of(),
          List.of(model("org/large", 1000L, 100L, "default"), model("small", null, null)),
          List.of(),
          List.of(),
          new Snapshot.Identity(List.of(), true),
          List.of());

  static Snapshot.Model model(
      String name, @Nullable Long window, @Nullable Long most, String... aliases) {
    return new Snapshot.Model(
        name,
        List.of(aliases),
        "openai",
        name,
        window,
        most,
        new Snapshot.ModelLedger("r", "i", "c", "o", "t", "e"));
  }

  @Test
  void findsByNameAndAlias() {
    assertThat(ModelList.find(ROUTE, "org/large")).isSameAs(ROUTE.models().get(0));
    assertThat(ModelList.find(ROUTE, "default")).isSameAs(ROUTE.models().get(0));
    assertThat(ModelList.find(ROUTE, "Small")).isNull();
    assertThat(ModelList.names(ROUTE)).containsExactly("org/large", "default", "small");
  }

  @Test
  void listsEachName() {
    String large =
        "\"object\":\"model\",\"created\":0,\"owned_by\":\"openai\",\"context_window\":1000,"
            + "\"max_output_tokens\":100}";
    assertThat(new String(ModelList.list(ROUTE), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"object\":\"list\",\"data\":[{\"id\":\"org/large\","
                + large
                + ",{\"id\":\"default\","
                + large
                + ",{\"id\":\"small\",\"object\":\"model\",\"created\":0,"
                + "\"owned_by\":\"openai\"}]}\n");
    assertThat(new String(ModelList.one("default", ROUTE.models().get(0)), StandardCharsets.UTF_8))
        .isEqualTo("{\"id\":\"default\"," + large + "\n");
  }
}
