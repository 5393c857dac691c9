package dev.weir.proxy.policy;

import dev.weir.limits.Store;
import dev.weir.proxy.config.RefusedException;
import org.jspecify.annotations.Nullable;

/** Opens stores; may block for a moment, never for the store's answer. */
public interface Stores {

  /**
   * Opens a store that is not connected yet or one of this process.
   *
   * @param where what it is for
   * @throws RefusedException when the address cannot be read; the message has no credentials
   */
  Store open(Where where) throws RefusedException;

  /**
   * What makes one store differ from another.
   *
   * @param redisUrl null for counters of this process only; holds credentials
   * @param namespace partition of the shared store
   * @param timeoutMillis after which a decision is made without the store
   */
  record Where(@Nullable String redisUrl, String namespace, long timeoutMillis) {

    /** Without the URL, which holds credentials. */
    @Override
    public String toString() {
      return "Where[" + namespace + ", " + timeoutMillis + " ms]";
    }
  }
}
