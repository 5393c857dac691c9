package dev.weir.testing.kube;

import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * etcd and kube-apiserver in a temporary folder.
 *
 * @param client has all rights
 * @param kubeconfig for kubectl, with all rights
 * @param url of the API server
 * @param ca the certificate that the API server made for itself
 */
record ControlPlane(KubernetesClient client, Path kubeconfig, String url, Path ca) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Starts with the first call; a failed start fails every caller. */
  static ControlPlane shared() {
    return Shared.INSTANCE;
  }

  private static final class Shared {
    static final ControlPlane INSTANCE = start();
  }

  private static ControlPlane start() {
    try {
      Path folder = Files.createTempDirectory("weir-kube");
      List<Server> servers = new ArrayList<>();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(servers, folder), "weir-kube"));
      return start(folder, servers);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a Kubernetes API server", e);
    } catch (InterruptedException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("cannot start a Kubernetes API server", e);
    }
  }

  private static ControlPlane start(Path folder, List<Server> servers)
      throws IOException, InterruptedException, NoSuchAlgorithmException {
    String etcd = "http://127.0.0.1:" + freePort();
    String peer = "http://127.0.0.1:" + freePort();
    servers.add(
        Server.start(
            folder,
            "etcd",
            List.of(
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + etcd,
                "--advertise-client-urls=" + etcd,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--log-level=warn",
                "--unsafe-no-fsync")));
    int port = freePort();
    String token = UUID.randomUUID().toString();
    Server server = Server.start(folder, "kube-apiserver", flags(folder, etcd, port, token));
    servers.add(server);
    String url = "https://127.0.0.1:" + port;
    Path ca = folder.resolve("apiserver.crt");
    server.await(PATIENCE, () -> Files.exists(ca));
    Path kubeconfig = kubeconfig(folder, url, ca, token);
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
            .build();
    server.await(PATIENCE, () -> ready(client));
    applyCrds(client);
    for (var kind : List.of(RateLimitPolicy.class, QuotaPlan.class, LlmRoute.class)) {
      server.await(PATIENCE, () -> serves(client, kind));
    }
    return new ControlPlane(client, kubeconfig, url, ca);
  }

  private static List<String> flags(Path folder, String etcd, int port, String token)
      throws IOException, NoSuchAlgorithmException {
    Path tokens = folder.resolve("tokens.csv");
    Files.writeString(tokens, token + ",admin,admin,system:masters\n");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    Path privateKey = folder.resolve("service-accounts.key");
    Path publicKey = folder.resolve("service-accounts.pub");
    Files.writeString(privateKey, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    Files.writeString(publicKey, pem("PUBLIC KEY", keys.getPublic().getEncoded()));
    return List.of(
        "--etcd-servers=" + etcd,
        "--cert-dir=" + folder,
        "--bind-address=127.0.0.1",
        "--secure-port=" + port,
        "--token-auth-file=" + tokens,
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + publicKey,
        "--service-account-signing-key-file=" + privateKey,
        "--disable-admission-plugins=ServiceAccount");
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(der), type);
  }

  private static Path kubeconfig(Path folder, String url, Path ca, String token)
      throws IOException {
    Path file = folder.resolve("kubeconfig");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: '%s', certificate-authority: '%s'}}]
        users: [{name: admin, user: {token: '%s'}}]
        contexts: [{name: test, context: {cluster: test, user: admin}}]
        current-context: test
        """
            .formatted(url, ca, token));
    return file;
  }

  private static boolean ready(KubernetesClient client) {
    try {
      return "ok".equals(client.raw("/readyz"))
          && client.namespaces().withName("default").get() != null;
    } catch (KubernetesClientException notYet) {
      return false;
    }
  }

  private static void applyCrds(KubernetesClient client) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Binaries.projectRoot().resolve("crds"), "*.weir.dev.yaml")) {
      for (Path file : files) {
        try (InputStream yaml = Files.newInputStream(file)) {
          HasMetadata crd = client.load(yaml).items().getFirst();
          client.resource(crd).forceConflicts().serverSideApply();
          client
              .resources(CustomResourceDefinition.class)
              .withName(crd.getMetadata().getName())
              .waitUntilCondition(ControlPlane::established, 2, TimeUnit.MINUTES);
        }
      }
    }
  }

  private static boolean established(@Nullable CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Established")
                        && condition.getStatus().equals("True"));
  }

  /** Between a CRD's {@code Established} and its first answer a moment may pass. */
  private static boolean serves(KubernetesClient client, Class<? extends HasMetadata> kind) {
    try {
      client.resources(kind).inAnyNamespace().list();
      return true;
    } catch (KubernetesClientException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void stop(List<Server> servers, Path folder) {
    servers.reversed().forEach(Server::close);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("left behind: " + folder);
    }
  }
}
