package dev.weir.operator.status;

import dev.weir.operator.world.ClusterWatch;
import dev.weir.operator.world.LastAccepted;
import dev.weir.operator.world.PolicyRef;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last accepted spec of each object in a ControllerRevision that the object owns, so that
 * a broken edit harms nobody even after a restart. A ControllerRevision's data cannot change: the
 * new one is created before the old one goes. Thread-safe; never blocks.
 */
public final class RevisionKeeper implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RevisionKeeper.class);

  private final KubernetesClient client;
  private final Supplier<List<LastAccepted>> existing;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("weir-revision-keeper").daemon().factory());
  private final Map<String, Long> kept = new HashMap<>();

  /**
   * @param existing the ControllerRevisions that there are, as far as is known
   */
  public RevisionKeeper(KubernetesClient client, Supplier<List<LastAccepted>> existing) {
    this.client = client;
    this.existing = existing;
  }

  /** Makes this spec the object's last accepted one, unless it is. */
  public void keep(PolicyRef ref, String uid, long generation, Object spec) {
    synchronized (kept) {
      Long last = kept.get(uid);
      if (last != null && last >= generation) {
        return;
      }
      kept.put(uid, generation);
    }
    thread.execute(() -> write(ref, uid, generation, spec));
  }

  /** Forgets objects that are gone. */
  public void retain(Set<String> uids) {
    synchronized (kept) {
      kept.keySet().retainAll(uids);
    }
  }

  private void write(PolicyRef ref, String uid, long generation, Object spec) {
    try {
      List<LastAccepted> ours =
          existing.get().stream()
              .filter(revision -> revision.ownerUid().equals(uid))
              .filter(revision -> revision.namespace().equals(ref.namespace()))
              .toList();
      if (ours.stream().noneMatch(revision -> revision.generation() == generation)) {
        create(ref, uid, generation, spec);
      }
      for (LastAccepted old : ours) {
        if (old.generation() < generation) {
          client
              .apps()
              .controllerRevisions()
              .inNamespace(old.namespace())
              .withName(old.name())
              .delete();
        }
      }
    } catch (RuntimeException e) {
      log.warn(
          "{}: accepted spec not kept, trying again with the next look: {}", ref, e.toString());
      synchronized (kept) {
        kept.remove(uid);
      }
    }
  }

  private void create(PolicyRef ref, String uid, long generation, Object spec) {
    ControllerRevision revision =
        new ControllerRevisionBuilder()
            .withNewMetadata()
            .withNamespace(ref.namespace())
            .withName("weir-" + uid + "-" + generation)
            .addToLabels(ClusterWatch.LAST_ACCEPTED, ref.kind())
            .addNewOwnerReference()
            .withApiVersion(KubernetesStatusClient.API_VERSION)
            .withKind(ref.kind())
            .withName(ref.name())
            .withUid(uid)
            .withController(true)
            .endOwnerReference()
            .endMetadata()
            .withRevision(generation)
            .withData(spec)
            .build();
    try {
      client.resource(revision).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
