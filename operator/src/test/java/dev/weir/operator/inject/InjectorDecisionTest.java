package dev.weir.operator.inject;

import static dev.weir.operator.inject.Pods.INJECTOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectorDecisionTest {

  /** A dash: the mark is absent. */
  @ParameterizedTest(name = "annotation {0}, mirror {1}, label {2}, namespace {3}: {4}")
  @CsvSource({
    "-,     -,     -,     -,     NOT_OPTED_IN,  0",
    "true,  -,     -,     -,     INJECTED,      0",
    "-,     true,  -,     -,     INJECTED,      0",
    "-,     -,     true,  -,     INJECTED,      0",
    "-,     -,     -,     true,  INJECTED,      0",
    "-,     -,     -,     false, NOT_OPTED_IN,  0",
    "false, -,     -,     true,  OPTED_OUT,     0",
    "-,     false, -,     true,  OPTED_OUT,     0",
    "-,     -,     false, true,  OPTED_OUT,     0",
    "false, true,  -,     -,     OPTED_OUT,     0",
    "true,  false, -,     -,     OPTED_OUT,     0",
    "true,  -,     false, -,     OPTED_OUT,     0",
    "yes,   -,     -,     -,     NOT_OPTED_IN,  1",
    "True,  -,     -,     true,  INJECTED,      1",
    "1,     x,     y,     -,     NOT_OPTED_IN,  3",
  })
  void marks(
      String annotation, String mirror, String label, String namespace, Reason reason, int warned) {
    PodBuilder pod = new PodBuilder(pod("{name: http, containerPort: 8080}"));
    pod.editMetadata().withAnnotations(null).endMetadata();
    set(annotation, v -> pod.editMetadata().addToAnnotations(Marks.INJECT, v).endMetadata());
    set(mirror, v -> pod.editMetadata().addToAnnotations(Marks.MIRRORED, v).endMetadata());
    set(label, v -> pod.editMetadata().addToLabels(Marks.INJECT, v).endMetadata());
    NamespaceView view =
        new NamespaceView(
            "shop", namespace.equals("-") ? Map.of() : Map.of(Marks.INJECT, namespace));

    Decision decision = INJECTOR.decide(pod.build(), view);

    assertThat(decision.reason()).isEqualTo(reason);
    assertThat(decision.warnings()).hasSize(warned);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: http, containerPort: 80}                                     | -    | INJECTED",
        "{name: web, containerPort: 80}                                      | -    | INJECTED",
        "{name: web, containerPort: 80},{name: http, containerPort: 81}      | -    | INJECTED",
        "{name: web, containerPort: 80},{name: api, containerPort: 81}       | -    |"
            + " AMBIGUOUS_PORT",
        "{name: web, containerPort: 80},{name: api, containerPort: 81}       | api  | INJECTED",
        "{name: web, containerPort: 80},{name: api, containerPort: 81}       | 80   | INJECTED",
        "{name: web, containerPort: 80},{name: api, containerPort: 81}       | nope | NO_SUCH_PORT",
        "{name: web, containerPort: 80},{containerPort: 81}                  | 81   |"
            + " PORT_NOT_NAMED",
        "{containerPort: 80}                                                 | -    |"
            + " PORT_NOT_NAMED",
        "{containerPort: 80},{containerPort: 81}                             | -    |"
            + " AMBIGUOUS_PORT",
        "{name: dns, containerPort: 53, protocol: UDP}                       | -    | NO_SUCH_PORT",
        "{name: dns, containerPort: 53, protocol: UDP}                       | dns  | NO_SUCH_PORT",
        "{name: dns, containerPort: 53, protocol: UDP},{containerPort: 80, name: a} | - | INJECTED",
        "                                                                    | -    | NO_SUCH_PORT",
        "{name: http, containerPort: 15001}                                  | -    | PORT_CLASH",
        "{name: http, containerPort: 80},{name: m, containerPort: 15020}     | -    | PORT_CLASH",
        "{name: http, containerPort: 80},{name: weir-app-80, containerPort: 8} | -  | PORT_CLASH",
        "{name: http, containerPort: 80}                                     | ''   | NO_SUCH_PORT",
      })
  void ports(String ports, String wanted, Reason reason) {
    Pod pod = pod(ports == null ? "" : ports);
    if (!"-".equals(wanted)) {
      pod.getMetadata().getAnnotations().put(Marks.PORT, wanted == null ? "" : wanted);
    }
    assertThat(INJECTOR.decide(pod, Pods.SHOP).reason()).isEqualTo(reason);
  }

  @Test
  void aNameInTwoContainersIsAmbiguousBecauseEndpointsLookInBoth() {
    Pod pod = pod("{name: http, containerPort: 80}");
    Pod other = pod("{name: http, containerPort: 81}");
    pod.getSpec().getContainers().addAll(other.getSpec().getContainers());
    pod.getMetadata().getAnnotations().put(Marks.PORT, "81");
    assertThat(INJECTOR.decide(pod, Pods.SHOP).reason()).isEqualTo(Reason.AMBIGUOUS_PORT);
  }

  @Test
  void hostNetworkIsRefusedWithAWarning() {
    refused(b -> b.editSpec().withHostNetwork(true).endSpec(), Reason.HOST_NETWORK);
  }

  @Test
  void windowsIsRefused() {
    refused(b -> b.editSpec().withNewOs("windows").endSpec(), Reason.WINDOWS);
  }

  @Test
  void aStaticPodIsRefused() {
    refused(
        b -> b.editMetadata().addToAnnotations("kubernetes.io/config.mirror", "x").endMetadata(),
        Reason.STATIC_POD);
  }

  @Test
  void theSidecarsUserIsItsOwn() {
    refused(
        b ->
            b.editSpec()
                .withNewSecurityContext()
                .withRunAsUser(2102L)
                .endSecurityContext()
                .endSpec(),
        Reason.UID_CLASH);
    refused(
        b ->
            b.editSpec()
                .editContainer(0)
                .withNewSecurityContext()
                .withRunAsUser(2102L)
                .endSecurityContext()
                .endContainer()
                .endSpec(),
        Reason.UID_CLASH);
  }

  @Test
  void itsNamesAreItsOwn() {
    refused(
        b -> b.editSpec().addNewContainer().withName("weir-proxy").endContainer().endSpec(),
        Reason.NAME_CLASH);
    refused(
        b -> b.editSpec().addNewVolume().withName("weir-state").endVolume().endSpec(),
        Reason.NAME_CLASH);
  }

  @Test
  void aStatusCopiedFromElsewhereIsNoSidecar() {
    Pod pod = pod("{name: http, containerPort: 80}");
    pod.getMetadata().getAnnotations().put(Marks.STATUS, "{\"reason\":\"Injected\"}");
    assertThat(INJECTOR.decide(pod, Pods.SHOP).reason()).isEqualTo(Reason.INJECTED);
  }

  @ParameterizedTest
  @CsvSource({"kube-system", "weir-system"})
  void systemNamespacesAreLeftAlone(String name) {
    NamespaceView namespace = new NamespaceView(name, Map.of(Marks.INJECT, "true"));
    Pod pod = pod("{name: http, containerPort: 80}");
    assertThat(INJECTOR.decide(pod, namespace).reason()).isEqualTo(Reason.SYSTEM_NAMESPACE);
    assertThat(Pods.patch(pod, namespace)).isEmpty();
  }

  @Test
  void aHostPortIsWarnedOf() {
    Decision decision =
        INJECTOR.decide(pod("{name: http, containerPort: 80, hostPort: 8080}"), Pods.SHOP);
    assertThat(decision.reason()).isEqualTo(Reason.INJECTED);
    assertThat(decision.warnings()).singleElement().asString().contains("hostPort 8080");
  }

  private static void refused(UnaryOperator<PodBuilder> change, Reason reason) {
    Pod pod = change.apply(new PodBuilder(pod("{name: http, containerPort: 80}"))).build();
    Decision decision = INJECTOR.decide(pod, Pods.SHOP);
    assertThat(decision.reason()).isEqualTo(reason);
    assertThat(decision.warnings()).singleElement().asString().contains(reason.text());
    assertThat(Pods.patch(pod, Pods.SHOP))
        .singleElement()
        .satisfies(op -> assertThat(op.path()).contains("annotations"));
  }

  private static void set(String value, java.util.function.Consumer<String> setter) {
    if (!value.equals("-")) {
      setter.accept(value);
    }
  }

  private static Pod pod(String ports) {
    return Pods.pod(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: p, annotations: {weir.dev/inject: "true"}}
        spec: {containers: [{name: app, image: app, ports: [%s]}]}
        """
            .formatted(ports));
  }
}
