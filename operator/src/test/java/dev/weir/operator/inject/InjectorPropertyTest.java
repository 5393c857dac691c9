package dev.weir.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class InjectorPropertyTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Property(tries = 500)
  void injectingTwiceIsInjectingOnce(@ForAll("pods") Pod pod) throws Exception {
    JsonNode once = Pods.patched(pod, Pods.SHOP);
    Pod again = JSON.treeToValue(once, Pod.class);
    assertThat(Pods.patch(again, Pods.SHOP)).isEmpty();
  }

  @Property(tries = 500)
  void theCapturedNameIsTheSidecarsAndNobodyElses(@ForAll("pods") Pod pod) throws Exception {
    Decision decision = Pods.INJECTOR.decide(pod, Pods.SHOP);
    if (decision.reason() != Reason.INJECTED || decision.port() == null) {
      return;
    }
    Pod patched = JSON.treeToValue(Pods.patched(pod, Pods.SHOP), Pod.class);
    String name = decision.port().sidecarName();
    assertThat(patched.getSpec().getContainers())
        .allSatisfy(
            container ->
                assertThat(container.getPorts())
                    .filteredOn(port -> !"UDP".equals(port.getProtocol()))
                    .extracting(ContainerPort::getName)
                    .doesNotContain(name));
    assertThat(patched.getSpec().getInitContainers().getFirst().getPorts().getFirst().getName())
        .isEqualTo(name);
    assertThat(patched.getSpec().getInitContainers())
        .hasSize(pod.getSpec().getInitContainers().size() + 1);
    for (Container container : patched.getSpec().getContainers()) {
      Set<String> names = new HashSet<>();
      for (ContainerPort port : container.getPorts()) {
        assertThat(port.getName() == null || names.add(port.getName())).isTrue();
        assertThat(port.getName() == null || port.getName().length() <= 15).isTrue();
      }
    }
    // A probe that named the port of its own container still reaches the same number.
    for (int c = 0; c < pod.getSpec().getContainers().size(); c++) {
      assertThat(probed(patched.getSpec().getContainers().get(c)))
          .isEqualTo(probed(pod.getSpec().getContainers().get(c)));
    }
  }

  private static int probed(Container container) {
    if (container.getLivenessProbe() == null) {
      return -1;
    }
    IntOrString port = container.getLivenessProbe().getHttpGet().getPort();
    return port.getStrVal() == null
        ? port.getIntVal()
        : container.getPorts().stream()
            .filter(p -> port.getStrVal().equals(p.getName()))
            .findFirst()
            .map(ContainerPort::getContainerPort)
            .orElse(0);
  }

  @Provide
  Arbitrary<Pod> pods() {
    Arbitrary<List<Container>> containers = containers().list().ofMinSize(1).ofMaxSize(3);
    return Combinators.combine(
            containers,
            containers().list().ofMaxSize(2),
            Arbitraries.of("true", "false", "maybe", "").injectNull(0.3),
            Arbitraries.of("http", "80", "8080", "web", "99999999999", "").injectNull(0.6),
            Arbitraries.of(true, false),
            Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(9, Arbitraries.just(false)),
                net.jqwik.api.Tuple.of(1, Arbitraries.just(true))))
        .as(
            (apps, inits, inject, port, volume, hostNetwork) -> {
              PodBuilder pod = new PodBuilder();
              pod.withNewMetadata().withName("p").endMetadata();
              pod.withNewSpec().withContainers(apps).withInitContainers(inits).endSpec();
              pod.editMetadata().addToAnnotations(Marks.MIRRORED, "true").endMetadata();
              if (inject != null) {
                pod.editMetadata().addToAnnotations(Marks.INJECT, inject).endMetadata();
              }
              if (port != null) {
                pod.editMetadata().addToAnnotations(Marks.PORT, port).endMetadata();
              }
              if (volume) {
                pod.editSpec().withVolumes(new VolumeBuilder().withName("data").build()).endSpec();
              }
              if (hostNetwork) {
                pod.editSpec().withHostNetwork(true).endSpec();
              }
              return pod.build();
            });
  }

  private static Arbitrary<Container> containers() {
    Arbitrary<ContainerPort> port =
        Combinators.combine(
                Arbitraries.of("http", "web", "metrics").injectNull(0.2),
                Arbitraries.of(80, 8080, 9090, 65535, 15001),
                Arbitraries.of("TCP", "UDP").injectNull(0.5))
            .as(
                (name, number, protocol) ->
                    new ContainerPortBuilder()
                        .withName(name)
                        .withContainerPort(number)
                        .withProtocol(protocol)
                        .build());
    return Combinators.combine(
            Arbitraries.strings().withCharRange('a', 'z').ofLength(6),
            port.list().ofMaxSize(3).uniqueElements(ContainerPort::getName),
            Arbitraries.of("http", "web").injectNull(0.4))
        .as(
            (name, ports, probe) -> {
              ContainerBuilder container = new ContainerBuilder().withName(name).withPorts(ports);
              if (probe != null) {
                container
                    .withNewLivenessProbe()
                    .withNewHttpGet()
                    .withPort(new IntOrString(probe))
                    .endHttpGet()
                    .endLivenessProbe();
              }
              return container.build();
            });
  }
}
