package dev.weir.proxy.policy;

import dev.weir.limits.Store;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Snapshot;
import dev.weir.proxy.config.Applier;
import dev.weir.proxy.config.RefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules in force. {@link #rules()} is one volatile read for any thread; a request reads them
 * once, when it starts. Updates come from one thread at a time.
 */
public final class LivePolicy implements Applier {
  private final Stores stores;
  private final Counts counts;
  private final Consumer<Store> retire;
  private volatile @Nullable Live live;

  /**
   * No rules yet.
   *
   * @param retire closes a store once requests that began with it have had time to end
   */
  public LivePolicy(Stores stores, Counts counts, Consumer<Store> retire) {
    this.stores = stores;
    this.counts = counts;
    this.retire = retire;
  }

  /** The rules in force; null before the first snapshot. */
  public @Nullable Rules rules() {
    Live now = live;
    return now == null ? null : now.rules();
  }

  /** The store in use; null before the first snapshot. */
  public @Nullable Store store() {
    Live now = live;
    return now == null ? null : now.store();
  }

  /** The LLM routes in force by their ports. */
  public Map<Integer, RouteRules> routes() {
    Live now = live;
    return now == null ? Map.of() : now.routes();
  }

  @Override
  public void apply(FromOperator.Update update) throws RefusedException {
    Stores.Where where =
        new Stores.Where(
            update.secrets().redisUrl(),
            update.snapshot().namespace(),
            update.snapshot().store().commandTimeoutMillis());
    Live before = live;
    Store kept = before != null && before.where().equals(where) ? before.store() : null;
    Store store = kept == null ? stores.open(where) : kept;
    try {
      live =
          new Live(
              where, store, Rules.compile(update, store, counts), compileRoutes(update, store));
    } catch (RefusedException e) {
      closeNew(store, kept);
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      closeNew(store, kept);
      throw new RefusedException("a limit has a number out of range: " + e.getMessage());
    }
    if (before != null && kept == null) {
      retire.accept(before.store());
    }
  }

  private Map<Integer, RouteRules> compileRoutes(FromOperator.Update update, Store store)
      throws RefusedException {
    Map<Integer, RouteRules> routes = new HashMap<>();
    for (Snapshot.Route route : update.snapshot().routes()) {
      RouteRules taken =
          routes.put(
              route.port(),
              RouteRules.compile(
                  route, update, store, () -> Objects.requireNonNullElse(store(), store), counts));
      if (taken != null) {
        throw new RefusedException(
            "LlmRoute/"
                + taken.route().name()
                + " and LlmRoute/"
                + route.name()
                + " both listen on port "
                + route.port()
                + "; give one of them another");
      }
    }
    return Map.copyOf(routes);
  }

  private static void closeNew(Store store, @Nullable Store kept) {
    if (kept == null) {
      store.close();
    }
  }

  private record Live(
      Stores.Where where, Store store, Rules rules, Map<Integer, RouteRules> routes) {}
}
