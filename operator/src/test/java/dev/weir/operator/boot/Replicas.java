package dev.weir.operator.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testing.kube.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whole operators in processes of their own, with the rights that the chart gives. (NOT thread
 * safe)
 */
final class Replicas implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Path CHART = Path.of("../helm-chart/golden/default.yaml");

  private final ApiServer api;
  private final String namespace;
  private final Path folder;
  private final List<Process> started = new ArrayList<>();
  private final Thread killer = new Thread(this::kill, "weir-replicas");

  /** Grants the chart's rights for the namespace, and takes them from an earlier one. */
  Replicas(ApiServer api, String namespace, Path folder) throws IOException {
    this.api = api;
    this.namespace = namespace;
    this.folder = folder;
    Path rights = folder.resolve("rights.yaml");
    Files.writeString(rights, rights());
    api.kubectl().succeed("apply", "-f", rights.toString());
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /** The ServiceAccount and its roles as the chart renders them. */
  private String rights() throws IOException {
    return Stream.of(Files.readString(CHART).split("(?m)^---$"))
        .filter(
            document ->
                document.lines().anyMatch("  name: weir-operator"::equals)
                    && document
                        .lines()
                        .anyMatch(
                            line ->
                                line.matches("kind: (ServiceAccount|(Cluster)?Role(Binding)?)")))
        .collect(Collectors.joining("---\n"))
        .replace("weir-system", namespace);
  }

  /** Starts an operator that reaches the API server at this address. */
  Process start(String name, String server) throws IOException {
    Path kubeconfig = folder.resolve(name + ".kubeconfig");
    String token =
        api.kubectl().succeed("create", "token", "weir-operator", "-n", namespace).strip();
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: '%s', certificate-authority: '%s'}}]
        users: [{name: operator, user: {token: '%s'}}]
        contexts: [{name: test, context: {cluster: test, user: operator}}]
        current-context: test
        """
            .formatted(server, api.ca(), token));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG", kubeconfig.toString(),
                "WEIR_NAMESPACE", namespace,
                "WEIR_POD_NAME", name,
                "WEIR_POD_IP", "127.0.0.1",
                "WEIR_SIDECAR_IMAGE", "weir/proxy:1",
                "WEIR_HTTPS_PORT", "0",
                "WEIR_HTTP_PORT", "0"));
    Process replica = builder.start();
    started.add(replica);
    return replica;
  }

  /** What the operator has said so far. */
  Path log(String name) {
    return folder.resolve(name + ".log");
  }

  void awaitLog(String name, String text) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(log(name)).content().contains(text));
  }

  private void kill() {
    started.forEach(Process::destroyForcibly);
    started.forEach(replica -> replica.onExit().join());
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(killer);
  }
}
