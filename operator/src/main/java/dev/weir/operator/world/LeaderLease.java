package dev.weir.operator.world;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who leads, as the Lease says. Identities are {@code <pod name>_<pod ip>}, so that followers can
 * send sidecars on. Thread-safe.
 */
public final class LeaderLease implements AutoCloseable {

  private final SharedIndexInformer<Lease> informer;
  private volatile @Nullable String holder;

  /** Prepares the watch; {@link #start} runs it. */
  public LeaderLease(KubernetesClient client, String namespace, String name) {
    informer = client.leases().inNamespace(namespace).withName(name).runnableInformer(0);
    informer.exceptionHandler((_, _) -> true);
    informer.addEventHandler(
        new ResourceEventHandler<Lease>() {
          @Override
          public void onAdd(Lease lease) {
            holder = lease.getSpec() == null ? null : lease.getSpec().getHolderIdentity();
          }

          @Override
          public void onUpdate(Lease old, Lease lease) {
            onAdd(lease);
          }

          @Override
          public void onDelete(Lease lease, boolean unknown) {
            holder = null;
          }
        });
  }

  /** The identity for a pod. */
  public static String identity(String podName, String podIp) {
    return podName + "_" + podIp;
  }

  /** Starts to watch and returns at once. */
  public void start() {
    var _ = informer.start();
  }

  /** The leader's IP address; empty while nobody leads or it is not known. */
  public Optional<String> address() {
    String identity = holder;
    int at = identity == null ? -1 : identity.lastIndexOf('_');
    return identity == null || at < 0 || at == identity.length() - 1
        ? Optional.empty()
        : Optional.of(identity.substring(at + 1));
  }

  @Override
  public void close() {
    informer.close();
  }
}
