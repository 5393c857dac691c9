package dev.weir.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A frame that a sidecar sends. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FromSidecar.Hello.class, name = "hello"),
  @JsonSubTypes.Type(value = FromSidecar.Ack.class, name = "ack"),
  @JsonSubTypes.Type(value = FromSidecar.Nack.class, name = "nack"),
  @JsonSubTypes.Type(value = FromSidecar.Report.class, name = "report")
})
public sealed interface FromSidecar {

  /** The protocol that these records describe. */
  int PROTOCOL = 1;

  /**
   * The first frame of a connection.
   *
   * @param protocol {@link #PROTOCOL} of the sender
   * @param incarnation random identity of the sidecar's process; counters start at 0 with it
   * @param version the sidecar's release
   */
  record Hello(int protocol, String incarnation, String version) implements FromSidecar {}

  /** The revision is stored, and every request that starts from now on is decided by it. */
  record Ack(String revision, String nonce) implements FromSidecar {}

  /** The revision was refused, the one before stays in force. */
  record Nack(String revision, String nonce, String error) implements FromSidecar {}

  /**
   * Heartbeat and usage in one, sent every {@link Snapshot#heartbeatMillis()} and at once when the
   * store's state changes.
   *
   * @param limits what each limit did; counters only grow within one incarnation, and limits that
   *     are gone from the snapshot may be left out. A route counts here too, as policy {@code
   *     LlmRoute/name} with limit {@code settled}: {@code allowed} are the calls whose tokens are
   *     charged
   * @param providers how the providers of routes are, as far as this sidecar has called them
   */
  record Report(StoreHealth store, List<LimitCount> limits, List<ProviderHealth> providers)
      implements FromSidecar {}

  /**
   * How one provider of a route is, seen from one sidecar.
   *
   * @param failures failed calls in a row, 0 after one that did not fail. Failed: not reached, no
   *     answer in time, broken off, or a status of 500 and above
   * @param rateLimited whether its last answer was 429
   * @param error what the last failure was, without secrets; null when {@code failures} is 0
   * @param p95Millis of the time to the head of an answer, over the last calls; 0 without one
   */
  record ProviderHealth(
      String route,
      String provider,
      long failures,
      boolean rateLimited,
      @Nullable String error,
      long p95Millis) {}

  /**
   * Whether the shared counters answer.
   *
   * @param available false while decisions are made by {@code onStoreFailure}; always true without
   *     a shared store
   * @param error what went wrong last while not available
   */
  record StoreHealth(boolean shared, boolean available, @Nullable String error) {}

  /**
   * Cumulative counts of one limit or quota in this incarnation.
   *
   * @param policy {@code Kind/name} of the policy, for example {@code RateLimitPolicy/api}
   * @param limit the limit's name; for a quota {@code tier/quota}
   * @param allowed requests that it applied to and that were forwarded
   * @param limited requests that it rejected
   */
  record LimitCount(String policy, String limit, long allowed, long limited) {}
}
