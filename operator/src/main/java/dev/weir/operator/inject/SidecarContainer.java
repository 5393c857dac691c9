package dev.weir.operator.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The sidecar as it stands in a pod. */
final class SidecarContainer {

  static final String NAME = "weir-proxy";
  static final String UNNAMED_PORT = "weir-http";
  static final String TOKEN_VOLUME = "weir-token";
  static final String STATE_VOLUME = "weir-state";
  static final List<String> VOLUMES = List.of(TOKEN_VOLUME, STATE_VOLUME);
  static final int DATA_PORT = 15001;
  static final int ADMIN_PORT = 15020;
  static final long UID = 2102;

  private static final String TOKEN_DIRECTORY = "/var/run/secrets/weir.dev";
  private static final String STATE_DIRECTORY = "/var/lib/weir";

  private final InjectionSettings settings;

  SidecarContainer(InjectionSettings settings) {
    this.settings = settings;
  }

  /** A native sidecar that passes the restricted Pod Security Standard. */
  Container container(CapturedPort port, Credentials credentials, boolean debugHeaders) {
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(settings.image())
        .withImagePullPolicy(settings.pullPolicy())
        .withRestartPolicy("Always")
        .addNewPort()
        .withName(port.sidecarName())
        .withContainerPort(DATA_PORT)
        .withProtocol("TCP")
        .endPort()
        .addNewPort()
        .withName("weir-admin")
        .withContainerPort(ADMIN_PORT)
        .withProtocol("TCP")
        .endPort()
        .withEnv(environment(port, credentials, debugHeaders))
        .withNewResources()
        .withRequests(
            new TreeMap<>(
                Map.of(
                    "cpu", new Quantity(settings.cpuRequest()),
                    "memory", new Quantity(settings.memoryRequest()))))
        .withLimits(Map.of("memory", new Quantity(settings.memoryLimit())))
        .endResources()
        // It passes with the first snapshot in force, so that no application starts unprotected.
        .withStartupProbe(probe("/startupz", 1, 300))
        .withReadinessProbe(probe("/readyz", 5, 3))
        .withLivenessProbe(probe("/livez", 10, 3))
        .withNewLifecycle()
        .withNewPreStop()
        .withNewHttpGet()
        .withPath("/drain/" + credentials.drainToken())
        .withPort(new IntOrString(ADMIN_PORT))
        .endHttpGet()
        .endPreStop()
        .endLifecycle()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withPrivileged(false)
        .withReadOnlyRootFilesystem(true)
        .withRunAsNonRoot(true)
        .withRunAsUser(UID)
        .withRunAsGroup(UID)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .addNewVolumeMount()
        .withName(TOKEN_VOLUME)
        .withMountPath(TOKEN_DIRECTORY)
        .withReadOnly(true)
        .endVolumeMount()
        .addNewVolumeMount()
        .withName(STATE_VOLUME)
        .withMountPath(STATE_DIRECTORY)
        .endVolumeMount()
        .build();
  }

  /** The token by which the operator knows the pod, and memory for the last known good snapshot. */
  List<Volume> volumes() {
    return List.of(
        new VolumeBuilder()
            .withName(TOKEN_VOLUME)
            .withNewProjected()
            .addNewSource()
            .withNewServiceAccountToken()
            .withAudience("weir.dev")
            .withExpirationSeconds(3600L)
            .withPath("token")
            .endServiceAccountToken()
            .endSource()
            .endProjected()
            .build(),
        new VolumeBuilder()
            .withName(STATE_VOLUME)
            .withNewEmptyDir()
            .withMedium("Memory")
            .withSizeLimit(new Quantity("16Mi"))
            .endEmptyDir()
            .build());
  }

  private List<EnvVar> environment(
      CapturedPort port, Credentials credentials, boolean debugHeaders) {
    return List.of(
        value("WEIR_LISTEN_PORT", "" + DATA_PORT),
        value("WEIR_APP_PORT", "" + port.number()),
        value("WEIR_ADMIN_PORT", "" + ADMIN_PORT),
        value("WEIR_CONFIG_URL", settings.configUrl()),
        value("WEIR_CA", credentials.ca()),
        value("WEIR_TOKEN_FILE", TOKEN_DIRECTORY + "/token"),
        value("WEIR_STATE_DIR", STATE_DIRECTORY),
        field("WEIR_POD_NAME", "metadata.name"),
        field("WEIR_NAMESPACE", "metadata.namespace"),
        value("WEIR_DRAIN_TOKEN", credentials.drainToken()),
        value("WEIR_DEBUG_HEADERS", "" + debugHeaders));
  }

  private static EnvVar value(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }

  private static EnvVar field(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath(path)
        .endFieldRef()
        .endValueFrom()
        .build();
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(ADMIN_PORT))
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(2)
        .withFailureThreshold(failures)
        .build();
  }
}
