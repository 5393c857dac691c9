package dev.weir.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that governs one workload, compiled: every default is filled in and every reference is
 * resolved. Lists are in the order in which they are evaluated.
 *
 * @param workload {@code namespace/Kind/name}, for example {@code shop/Deployment/api}
 * @param namespace the partition of the shared store that holds the workload's counters
 * @param heartbeatMillis how often the sidecar reports; silence for twice as long counts as gone
 * @param store how the shared store is used
 * @param policies rate limit policies, the oldest first
 * @param plans quota plans, the oldest first
 * @param identity how consumers are recognised; null when nothing needs to know
 * @param consumers the known consumers; without {@code approved} a consumer is refused with 403
 */
public record Snapshot(
    String workload,
    String namespace,
    long heartbeatMillis,
    StoreSettings store,
    List<Policy> policies,
    List<Plan> plans,
    @Nullable Identity identity,
    List<Consumer> consumers) {

  /**
   * How the shared store is used.
   *
   * @param commandTimeoutMillis after this time without an answer a decision is made by {@code
   *     onStoreFailure}
   */
  public record StoreSettings(long commandTimeoutMillis) {}

  /** One rate limit policy. */
  public record Policy(String name, List<Limit> limits) {}

  /**
   * One named limit.
   *
   * @param match which requests the limit applies to
   * @param key the parts of the bucket's key; empty for one bucket for all requests
   */
  public record Limit(
      String name,
      Match match,
      List<KeyPart> key,
      MissingKey missingKey,
      List<Rate> rates,
      HeaderFormat headers,
      ResetFormat reset,
      FailureAction onStoreFailure) {}

  /** Empty lists match everything; members are ANDed, the entries of methods and paths ORed. */
  public record Match(List<String> methods, List<PathMatch> paths, List<HeaderMatch> headers) {}

  /**
   * One path that a limit applies to.
   *
   * @param value for {@code PREFIX} whole path segments: {@code /v1} and {@code /v1/} both match
   *     {@code /v1} and {@code /v1/x}, neither matches {@code /v10}
   */
  public record PathMatch(PathMatchType type, String value) {}

  /**
   * One condition on a header field.
   *
   * @param name in lower case
   * @param value only for {@code EXACT}
   */
  public record HeaderMatch(String name, HeaderMatchType type, @Nullable String value) {}

  /**
   * One part of the key of a bucket.
   *
   * @param name header field (lower case) or query parameter; null for the other sources
   */
  public record KeyPart(KeySource source, @Nullable String name) {}

  /**
   * So many requests in so much time.
   *
   * @param counter identity of the counter within the namespace; the key's value comes on top
   * @param limit requests per period
   * @param periodMillis length of the window, or the time in which a bucket gains {@code limit}
   * @param burst size of the bucket; equals {@code limit} for windows
   */
  public record Rate(
      String counter, Algorithm algorithm, long limit, long periodMillis, long burst) {}

  /** One quota plan. */
  public record Plan(String name, List<Tier> tiers, FailureAction onStoreFailure) {}

  /** One tier; which consumers are in it says {@link Consumer#tiers()}. */
  public record Tier(String name, List<Quota> quotas) {}

  /**
   * How much a subject may use in one period.
   *
   * @param counter identity of the counters and of the index of subjects within the namespace
   * @param limit units per subject and period
   */
  public record Quota(String name, String counter, long limit, Window window) {}

  /**
   * A calendar period.
   *
   * @param timeZone IANA name
   * @param startDay 1..31, the day of the month on which months, quarters and years begin; the last
   *     day of a shorter month; 1 for the others
   */
  public record Window(Period every, String timeZone, int startDay) {}

  /**
   * How the consumer of a request is recognised.
   *
   * @param apiKeys where an API key may be, tried in order; empty when keys are not used
   * @param anonymous whether a request without a key passes as consumer {@code anonymous}
   */
  public record Identity(List<ApiKeyLocation> apiKeys, boolean anonymous) {}

  /**
   * A header field that may carry an API key.
   *
   * @param header in lower case
   * @param scheme authentication scheme in front of the key, compared without case; null for none
   */
  public record ApiKeyLocation(String header, @Nullable String scheme) {}

  /**
   * One consumer.
   *
   * @param tiers plan name to tier name; a plan that is absent refuses the consumer with 403
   */
  public record Consumer(String name, boolean approved, Map<String, String> tiers) {}

  /** Where a part of a key comes from. */
  public enum KeySource {
    HEADER,
    QUERY,
    METHOD,
    PATH
  }

  /** How a path is compared. */
  public enum PathMatchType {
    EXACT,
    PREFIX
  }

  /** How a header field is compared. */
  public enum HeaderMatchType {
    EXACT,
    PRESENT,
    ABSENT
  }

  /** What happens to a request that lacks a part of the key. */
  public enum MissingKey {
    /** All such requests share one bucket. */
    SHARED,
    /** The limit does not apply to them. */
    SKIP,
    /** They are rejected with 400. */
    REJECT
  }

  /** How a rate counts. */
  public enum Algorithm {
    FIXED_WINDOW,
    TOKEN_BUCKET
  }

  /** Which header fields tell the client about the limit. */
  public enum HeaderFormat {
    IETF,
    X_RATE_LIMIT,
    BOTH,
    NONE
  }

  /** How {@code X-RateLimit-Reset} tells the time. */
  public enum ResetFormat {
    DELTA_SECONDS,
    EPOCH_SECONDS
  }

  /** What happens while the store does not answer. */
  public enum FailureAction {
    ALLOW,
    DENY
  }

  /** Calendar periods. Weeks begin on Monday. */
  public enum Period {
    HOUR,
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR
  }
}
