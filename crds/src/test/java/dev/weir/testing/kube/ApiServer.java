package dev.weir.testing.kube;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * JUnit extension: a real etcd and kube-apiserver with Weir's CRDs. Use it as
 * {@code @RegisterExtension static final ApiServer API = new ApiServer()}.
 *
 * <p>All tests of a JVM share one server, which starts with the first that needs it and is killed
 * when the JVM ends, however it ends. Tests keep apart by namespaces of their own ({@link
 * #newNamespace}). A test fails when the binaries cannot be had; it is never skipped. Thread-safe.
 */
public final class ApiServer implements BeforeAllCallback {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  @Override
  public void beforeAll(ExtensionContext context) {
    ControlPlane.shared();
  }

  /** A client with all rights; shared by all tests, so don't close it. */
  public KubernetesClient client() {
    return ControlPlane.shared().client();
  }

  /** A kubeconfig with all rights. */
  public Path kubeconfig() {
    return ControlPlane.shared().kubeconfig();
  }

  /** The server's address, {@code https://127.0.0.1:<port>}. */
  public String url() {
    return ControlPlane.shared().url();
  }

  /** The server's own CA certificate, PEM. */
  public Path ca() {
    return ControlPlane.shared().ca();
  }

  /** The real kubectl, with all rights. */
  public Kubectl kubectl() {
    return new Kubectl(Binaries.path("kubectl"), kubeconfig());
  }

  /** Makes an empty namespace and returns its name, which begins with {@code prefix}. */
  public String newNamespace(String prefix) {
    String name = prefix + "-" + NAMESPACES.incrementAndGet();
    client()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }
}
