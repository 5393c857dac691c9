package dev.weir.operator.world;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One informer and the views of its objects. The objects themselves are not kept: a cluster's pods
 * are large and we need a few fields of them.
 *
 * @param <V> the view
 */
final class Watched<V> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Watched.class);

  private final String kind;
  private final SharedIndexInformer<?> informer;
  private final Map<String, V> views = new ConcurrentHashMap<>();

  private <T extends HasMetadata> Watched(String kind, SharedIndexInformer<T> informer) {
    this.kind = kind;
    this.informer = informer;
  }

  /**
   * Prepares an informer; {@link #start} runs it.
   *
   * @param view null where the object does not concern us
   * @param same whether a change from one view to another may be kept quiet
   * @param changed told of every other change, on the informer's thread
   */
  static <T extends HasMetadata, V> Watched<V> of(
      KubernetesClient client,
      Class<T> type,
      Informable<T> objects,
      Function<T, @Nullable V> view,
      BiPredicate<V, V> same,
      Runnable changed) {
    SharedIndexInformer<T> informer = objects.runnableInformer(0);
    informer.itemStore(
        new ReducedStateItemStore<>(
            ReducedStateItemStore.NAME_KEY_STATE, type, client.getKubernetesSerialization()));
    // The informer gives up on its own only when stopped; every error is worth another try.
    informer.exceptionHandler(
        (_, t) -> {
          log.warn("watching {}: {}; trying again", type.getSimpleName(), t.toString());
          return true;
        });
    Watched<V> watched = new Watched<>(type.getSimpleName(), informer);
    informer.addEventHandler(
        new ResourceEventHandler<T>() {
          @Override
          public void onAdd(T object) {
            watched.put(object, view, same, changed);
          }

          @Override
          public void onUpdate(T old, T object) {
            watched.put(object, view, same, changed);
          }

          @Override
          public void onDelete(T object, boolean unknown) {
            if (watched.views.remove(key(object)) != null) {
              changed.run();
            }
          }
        });
    return watched;
  }

  private <T extends HasMetadata> void put(
      T object, Function<T, @Nullable V> view, BiPredicate<V, V> same, Runnable changed) {
    V now = view.apply(object);
    V before = now == null ? views.remove(key(object)) : views.put(key(object), now);
    boolean quiet =
        (before == null && now == null)
            || (before != null && now != null && same.test(before, now));
    if (!quiet) {
      changed.run();
    }
  }

  private static String key(HasMetadata object) {
    return key(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  String kind() {
    return kind;
  }

  void start() {
    // Completes exceptionally only once stopped: the handler above keeps it trying.
    var _ = informer.start();
  }

  boolean synced() {
    return informer.hasSynced();
  }

  boolean watching() {
    return informer.isWatching();
  }

  Collection<V> all() {
    return views.values();
  }

  @Nullable V get(String namespace, String name) {
    return views.get(key(namespace, name));
  }

  @Override
  public void close() {
    informer.close();
  }
}
