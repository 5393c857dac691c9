package dev.weir.proxy.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Addresses of names, looked up off the event loops by the JDK, which keeps what it found for 30 s.
 * One look-up for a name at a time, so that a name server that is silent about one name holds up no
 * other for long. Thread-safe.
 */
public final class Resolver {
  private final Lookup lookup;
  private final Predicate<InetAddress> refused;
  private final Executor blocking;
  private final Map<String, CompletableFuture<List<InetAddress>>> running =
      new ConcurrentHashMap<>();

  /** Looks up with {@code blocking}; refuses addresses of the own host and link. */
  public Resolver(Executor blocking) {
    this(InetAddress::getAllByName, Addresses::isRefused, blocking);
  }

  /** With other names, and other addresses refused, for tests. */
  public Resolver(Lookup lookup, Predicate<InetAddress> refused, Executor blocking) {
    this.lookup = lookup;
    this.refused = refused;
    this.blocking = blocking;
  }

  /**
   * At least one address that may be connected to; fails otherwise, with a {@link
   * RefusedAddressException} if there are none but others. The future is completed by any thread.
   */
  public CompletableFuture<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
    CompletableFuture<List<InetAddress>> other = running.putIfAbsent(host, mine);
    if (other != null) {
      return other;
    }
    var _ =
        CompletableFuture.supplyAsync(() -> look(host), blocking)
            .whenComplete(
                (found, failure) -> {
                  running.remove(host);
                  if (failure == null) {
                    mine.complete(found);
                  } else {
                    mine.completeExceptionally(cause(failure));
                  }
                });
    return mine;
  }

  private List<InetAddress> look(String host) {
    try {
      List<InetAddress> usable =
          Arrays.stream(lookup.addresses(host)).filter(refused.negate()).toList();
      if (usable.isEmpty()) {
        throw new RefusedAddressException(host);
      }
      return usable;
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Finds the addresses of a name; may block. */
  public interface Lookup {
    /** All addresses, in the order in which they are to be tried. */
    InetAddress[] addresses(String host) throws UnknownHostException;
  }
}
