package dev.weir.e2e.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A one-node cluster with Weir installed by its chart, and Redis beside it. With the system
 * property {@code weir.kubeconfig} an existing local cluster is used and left running.
 */
public final class WeirCluster implements AutoCloseable {
  /** Where the operator runs. */
  public static final String NAMESPACE = "weir-system";

  /** A machine that builds, runs a cluster and sends load is slow at times; Redis is well. */
  public static final int STORE_TIMEOUT_MILLIS = 1000;

  private static final Path OWN = Path.of(System.getProperty("java.io.tmpdir"), "weir-e2e");
  private static final Duration UP = Duration.ofMinutes(40);
  private static final Duration INSTALL = Duration.ofMinutes(5);
  private static final String SCRIPTS = "e2e/local-cluster/";

  private final Path dir;
  private final Path kubeconfig;
  private final boolean ours;
  private final Shell shell;
  private final Kubectl kubectl;
  private final RedisProcess redis;

  private WeirCluster(Path kubeconfig, boolean ours) {
    this.kubeconfig = kubeconfig;
    this.ours = ours;
    this.dir = Objects.requireNonNull(kubeconfig.getParent());
    shell = new Shell(Map.of("KUBECONFIG", kubeconfig.toString()));
    if (ours) {
      // A run that was killed may have left one.
      must(INSTALL, SCRIPTS + "down", "--dir", dir.toString());
      must(UP, SCRIPTS + "up", "--dir", dir.toString(), "--kubeconfig", kubeconfig.toString());
    }
    kubectl = new Kubectl(shell, tool("kubectl"), "default");
    for (String image : images()) {
      must(INSTALL, SCRIPTS + "load-image", "--dir", dir.toString(), image);
    }
    redis = RedisProcess.start(tool("redis-server"), addressForPods());
  }

  /** Brings up all of it. */
  static WeirCluster start() {
    String given = System.getProperty("weir.kubeconfig", "");
    WeirCluster cluster =
        given.isEmpty()
            ? new WeirCluster(OWN.resolve("kubeconfig"), true)
            : new WeirCluster(Path.of(given).toAbsolutePath(), false);
    try {
      cluster.install();
      if (!cluster.ours) {
        // It may run since an earlier run, whose Redis is gone.
        Kubectl system = cluster.kubectl.in(NAMESPACE);
        system.run("rollout", "restart", "deployment/weir-operator");
        system.run("rollout", "status", "deployment/weir-operator", "--timeout=120s");
      }
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** {@code helm upgrade --install} with Redis and debug settings of the suites. */
  public void install(String... settings) {
    kubectl.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels: {pod-security.kubernetes.io/enforce: restricted}
        """
            .formatted(NAMESPACE));
    kubectl
        .in(NAMESPACE)
        .apply(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: weir-redis}
            stringData: {url: "%s"}
            """
                .formatted(redis.url()));
    List<String> command =
        new ArrayList<>(
            List.of(
                tool("helm"),
                "upgrade",
                "--install",
                "weir",
                "helm-chart",
                "--namespace",
                NAMESPACE,
                "--set",
                "redis.urlSecretRef.name=weir-redis",
                "--set",
                "redis.urlSecretRef.key=url",
                "--set",
                "store.timeoutMs=" + STORE_TIMEOUT_MILLIS,
                "--wait",
                "--timeout",
                "3m"));
    for (String setting : settings) {
      command.addAll(List.of("--set", setting));
    }
    must(INSTALL, command.toArray(String[]::new));
  }

  /** {@code helm uninstall}. */
  public void uninstall() {
    must(INSTALL, tool("helm"), "uninstall", "weir", "--namespace", NAMESPACE, "--wait");
  }

  /** {@code kubectl} in namespace {@code default}. */
  public Kubectl kubectl() {
    return kubectl;
  }

  /** Redis, whose URL the operator has. */
  public RedisProcess redis() {
    return redis;
  }

  /** The cluster's kubeconfig file. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Commands with this cluster's kubeconfig. */
  public Shell shell() {
    return shell;
  }

  /** Path of a ready binary. */
  public String tool(String name) {
    return new Shell(Map.of()).attempt("", UP, SCRIPTS + "tool", name).out().strip();
  }

  /** This machine's address as pods see it. */
  public String addressForPods() {
    return shell.run("bash", "-c", ". " + SCRIPTS + "lib/common.bash && echo $host_ip");
  }

  /** Host processes of a pod's sidecars. */
  public List<ProcessHandle> sidecarsOf(String pod) {
    return ProcessHandle.allProcesses().filter(process -> isSidecarOf(pod, process)).toList();
  }

  /** The cluster's API server as it runs now; one that is killed is started again as another. */
  public HostProcess apiServer() {
    String argument = dir.resolve("pki") + "/";
    return ProcessHandle.allProcesses()
        .filter(process -> read(process, "cmdline").contains("/kube-apiserver\0"))
        .filter(process -> read(process, "cmdline").contains("\0" + argument))
        .map(process -> new HostProcess(process.pid()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no kube-apiserver of " + dir + " runs"));
  }

  @Override
  public void close() {
    try {
      redis.close();
    } finally {
      if (ours) {
        shell.attempt("", INSTALL, SCRIPTS + "down", "--dir", dir.toString());
      }
    }
  }

  private static boolean isSidecarOf(String pod, ProcessHandle process) {
    return Stream.of(read(process, "environ").split("\0"))
        .anyMatch(("WEIR_POD_NAME=" + pod)::equals);
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
    } catch (IOException e) {
      return ""; // Ended meanwhile, or not UTF-8.
    }
  }

  private static List<String> images() {
    return List.of(
        "sidecar-proxy/proxy/target/weir-proxy.tar",
        "operator/target/weir-operator.tar",
        "examples/quickstart/demo-app/target/weir-demo-app.tar");
  }

  private void must(Duration deadline, String... command) {
    Shell.Result result = shell.attempt("", deadline, command);
    if (result.exit() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + " exited with " + result.exit() + ":\n" + result.all());
    }
  }
}
