package dev.weir.operator.reconcile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.crds.v1alpha1.LlmRouteSpec;
import dev.weir.operator.compile.Compilation;
import dev.weir.operator.compile.Compiler;
import dev.weir.operator.compile.Settings;
import dev.weir.operator.compile.Worlds;
import dev.weir.operator.validate.Accepted;
import dev.weir.operator.world.LastAccepted;
import dev.weir.operator.world.World;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AcceptedSpecsTest {

  private static final String ROUTE =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      listener: {port: 15080}
      identity: {anonymous: Allow}
      providers: [{name: ollama, type: OpenAICompatible, baseUrl: http://ollama.models.svc/v1}]
      models: [{name: llama, backends: [{provider: ollama}]}]
      """;

  private static final String BROKEN = ROUTE.replace("{provider: ollama}", "{provider: nobody}");

  private final AcceptedSpecs accepted = new AcceptedSpecs();

  private static World world(String spec, String kept, long generation) {
    World world = new Worlds().deployment("api").route("chat", spec).build();
    String uid = world.routes().getFirst().uid();
    return new World(
        world.policies(),
        world.plans(),
        world.routes(),
        Map.of(uid, new LastAccepted(Worlds.NAMESPACE, "x", uid, generation, kept)),
        world.workloads(),
        world.pods(),
        world.services(),
        world.consumers(),
        world.providers());
  }

  @Test
  void aBrokenRouteIsServedAsItWasAcceptedAlsoAfterARestart() {
    LlmRouteSpec good = Serialization.unmarshal(ROUTE, LlmRouteSpec.class);
    World world = world(BROKEN, Serialization.asJson(good), 1);
    accepted.restore(world);
    assertThat(accepted.of(world.routes().getFirst().uid(), LlmRouteSpec.class))
        .isEqualTo(new Accepted<>(good, 1));
    Compilation compilation = new Compiler(new Settings(5000, 50, null)).compile(world, accepted);
    assertThat(requireNonNull(compilation.workloads().get(Worlds.API)).snapshot().routes())
        .singleElement()
        .satisfies(route -> assertThat(route.models().getFirst().provider()).isEqualTo("ollama"));
    assertThat(compilation.routes().values())
        .singleElement()
        .satisfies(route -> assertThat(route.verdict().accepted()).isFalse());
  }

  @Test
  void whatThisReleaseCannotReadIsLeftOut() {
    World world = world(BROKEN, "{\"listener\": 7}", 1);
    accepted.restore(world);
    assertThat(accepted.of(world.routes().getFirst().uid(), LlmRouteSpec.class)).isNull();
  }

  @Test
  void objectsThatAreGoneAreForgotten() {
    World world = new Worlds().deployment("api").route("chat", ROUTE).build();
    accepted.accept(new Compiler(new Settings(5000, 50, null)).compile(world, Worlds.NONE));
    String uid = world.routes().getFirst().uid();
    assertThat(accepted.of(uid, LlmRouteSpec.class)).isNotNull();
    accepted.restore(World.EMPTY);
    assertThat(accepted.of(uid, LlmRouteSpec.class)).isNull();
  }
}
