package dev.weir.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot.Route;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.inbound.Head;
import dev.weir.proxy.testing.ScriptedStore;
import dev.weir.proxy.testing.Snapshots;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The routes in force beside the workload's own rules. */
class LiveRoutesTest {
  private final List<ScriptedStore> opened = new ArrayList<>();
  private final LivePolicy live =
      new LivePolicy(
          where -> {
            opened.add(new ScriptedStore());
            return opened.getLast();
          },
          new Counts(),
          retired -> {});

  @Test
  void areFoundByPortAndReplacedWithTheRules() throws Exception {
    assertThat(live.routes()).isEmpty();
    live.apply(Snapshots.routes("r1", route("chat", 1), route("batch", 2)));
    assertInForce("r1", 1, 2);
    live.apply(Snapshots.routes("r2", route("batch", 3)));
    assertInForce("r2", 3);
    live.apply(Snapshots.routes("r3"));
    assertInForce("r3");
  }

  @Test
  void aRefusedRouteLeavesEverythingAsItWas() throws Exception {
    live.apply(Snapshots.routes("r1", route("chat", 1)));
    assertThatThrownBy(
            () -> live.apply(Snapshots.routes("r2", route("chat", 7), route("batch", 7))))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "LlmRoute/chat and LlmRoute/batch both listen on port 7; give one of them another");
    assertInForce("r1", 1);
  }

  @Test
  void aCallThatOutlivesItsStoreIsSettledInTheOneInUse() throws Exception {
    live.apply(Snapshots.routes("r1", route("chat", 1)));
    RouteRules route = Objects.requireNonNull(live.routes().get(1));
    Charged call =
        (Charged)
            route.rule(
                new Head(
                    HttpMethod.POST,
                    "/",
                    new DefaultHttpHeaders().set("Authorization", "Bearer key-acme"),
                    false,
                    true,
                    false,
                    0),
                new KeyDigest());
    live.apply(elsewhere(Snapshots.routes("r2", route("chat", 1))));
    route.settle(
        call,
        new Settlement(
            route.route().models().getFirst(),
            route.route().providers().getFirst(),
            new Tokens(1, 0, 0, 0),
            false,
            false));
    assertThat(opened).hasSize(2);
    assertThat(opened.getFirst().settled()).isEmpty();
    assertThat(opened.getLast().used("u/chat", "m/gpt/input")).isEqualTo(1);
  }

  private void assertInForce(String revision, Integer... ports) {
    assertThat(Objects.requireNonNull(live.rules()).revision()).isEqualTo(revision);
    assertThat(live.routes()).containsOnlyKeys(ports);
    live.routes()
        .forEach(
            (port, route) -> {
              assertThat(route.revision()).isEqualTo(revision);
              assertThat(route.route().port()).isEqualTo(port);
            });
  }

  private static Route route(String name, int port) {
    return Snapshots.route(name, port, "https://llm.example/v1", List.of(), List.of());
  }

  private static FromOperator.Update elsewhere(FromOperator.Update update) {
    return new FromOperator.Update(
        update.revision(),
        update.nonce(),
        update.snapshot(),
        new Secrets("redis://r", update.secrets().apiKeys(), update.secrets().providerKeys()),
        null);
  }
}
