package dev.weir.e2e.harness;

import java.time.Duration;

/** The demo application with its Service, as an ordinary user deploys it, in its own namespace. */
public final class DemoApp implements AutoCloseable {
  private static final Duration ROLLOUT = Duration.ofMinutes(3);

  private final WeirCluster cluster;
  private final Kubectl kubectl;
  private final String namespace;

  private DemoApp(WeirCluster cluster, String namespace) {
    this.cluster = cluster;
    this.kubectl = cluster.kubectl().in(namespace);
    this.namespace = namespace;
  }

  /** Deployed, not yet annotated, in a new namespace that enforces restricted pods. */
  public static DemoApp deploy(WeirCluster cluster, String namespace, int replicas) {
    cluster
        .kubectl()
        .apply(
            """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: %s
              labels: {pod-security.kubernetes.io/enforce: restricted}
            """
                .formatted(namespace));
    DemoApp app = new DemoApp(cluster, namespace);
    app.kubectl.apply(manifest(replicas));
    app.awaitRollout();
    return app;
  }

  /** Deployed and its pods injected, as a user does it: {@code kubectl annotate}. */
  public static DemoApp injected(WeirCluster cluster, String namespace, int replicas) {
    DemoApp app = deploy(cluster, namespace, replicas);
    app.annotate("weir.dev/inject=true");
    return app;
  }

  /** Annotates the Deployment and waits until its pods are rolled. */
  public void annotate(String annotation) {
    kubectl.run("annotate", "--overwrite", "deployment", "api", annotation);
    awaitRollout();
  }

  /** Waits for {@code kubectl rollout status} and until the replaced pods are gone. */
  public void awaitRollout() {
    kubectl.run("rollout", "status", "deployment/api", "--timeout=" + ROLLOUT.toSeconds() + "s");
    Eventually.that(
        "replaced pods of " + namespace + " are gone",
        () -> kubectl.get("pods", "{.items[*].metadata.deletionTimestamp}").isEmpty());
    Routes.awaitLiving(kubectl.get("service/api", "{.spec.clusterIP}"), 80);
  }

  /** {@code kubectl} in the app's namespace. */
  public Kubectl kubectl() {
    return kubectl;
  }

  /** The app's namespace. */
  public String namespace() {
    return namespace;
  }

  /** The Service's address on the node. */
  public String url(String path) {
    return "http://" + kubectl.get("service/api", "{.spec.clusterIP}") + path;
  }

  /** Names of the app's pods. */
  public String[] pods() {
    return kubectl
        .run("get", "pods", "-l", "app=api", "-o", "jsonpath={.items[*].metadata.name}")
        .split(" ");
  }

  /** The pods' own addresses, in no order. */
  public String[] addresses() {
    return kubectl
        .run("get", "pods", "-l", "app=api", "-o", "jsonpath={.items[*].status.podIP}")
        .split(" ");
  }

  /** Requests to a path of the Service. */
  public Traffic traffic(String path) {
    return Traffic.to(url(path));
  }

  /** The cluster it runs in. */
  public WeirCluster cluster() {
    return cluster;
  }

  private static String manifest(int replicas) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api}
    spec:
      replicas: %d
      selector: {matchLabels: {app: api}}
      template:
        metadata:
          labels: {app: api}
          annotations: {weir.dev/debug-headers: "true"}
        spec:
          securityContext:
            runAsNonRoot: true
            runAsUser: 1000
            seccompProfile: {type: RuntimeDefault}
          containers:
          - name: app
            image: weir-demo-app:0.1.0-SNAPSHOT
            imagePullPolicy: IfNotPresent
            ports: [{name: http, containerPort: 8080}]
            readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1}
            livenessProbe: {httpGet: {path: /healthz, port: http}}
            securityContext:
              allowPrivilegeEscalation: false
              capabilities: {drop: [ALL]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: api}
    spec:
      selector: {app: api}
      ports: [{port: 80, targetPort: http}]
    """
        .formatted(replicas);
  }

  @Override
  public void close() {
    cluster.kubectl().attempt("delete", "namespace", namespace, "--wait=false");
  }
}
