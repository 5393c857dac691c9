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
 * @param routes LLM endpoints that the sidecar serves beside the workload's own port
 */
public record Snapshot(
    String workload,
    String namespace,
    long heartbeatMillis,
    StoreSettings store,
    List<Policy> policies,
    List<Plan> plans,
    @Nullable Identity identity,
    List<Consumer> consumers,
    List<Route> routes) {

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
   * @param unit what is counted; tokens on routes only
   */
  public record Limit(
      String name,
      Match match,
      List<KeyPart> key,
      MissingKey missingKey,
      Unit unit,
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
   * @param unit what is counted; tokens on routes only
   * @param limit units per subject and period
   */
  public record Quota(String name, String counter, Unit unit, long limit, Window window) {}

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

  /**
   * One LlmRoute: an OpenAI-compatible endpoint that the sidecar serves on a port of its own.
   *
   * @param name of the LlmRoute
   * @param port unique among the routes of a snapshot
   * @param cluster whether other pods may connect; else the pod's own loopback only
   * @param counter of the ledger: each name in {@link ModelLedger} and {@link ProviderLedger} is a
   *     subject of it, without a limit, in months of UTC
   * @param planHeaders how quota plans tell clients about themselves; limits say it themselves
   * @param policies that govern the route, the oldest first
   * @param plans that govern the route, the oldest first; they share the route's identity
   */
  public record Route(
      String name,
      int port,
      boolean cluster,
      String counter,
      HeaderFormat planHeaders,
      Timeouts timeouts,
      List<Provider> providers,
      List<Model> models,
      List<Policy> policies,
      List<Plan> plans,
      Identity identity,
      List<Consumer> consumers) {}

  /**
   * How long a route waits, in milliseconds.
   *
   * @param connect for a connection to a provider, TLS included
   * @param firstToken from the request to the first bytes of a streamed answer's body
   * @param betweenTokens between two reads of a streamed answer
   * @param total for the whole call, from its admission
   */
  public record Timeouts(long connect, long firstToken, long betweenTokens, long total) {}

  /**
   * Who answers.
   *
   * @param baseUrl {@code https} or {@code http}, without a trailing slash, query and fragment; the
   *     path of an API follows it, for example {@code /chat/completions}
   * @param authenticated whether calls need a key, which {@link Secrets#providerKeys()} holds
   */
  public record Provider(
      String name,
      ProviderType type,
      String baseUrl,
      boolean authenticated,
      ProviderLedger ledger) {}

  /** Names of a provider's numbers: calls that reached for it, and those of them that failed. */
  public record ProviderLedger(String requests, String errors) {}

  /**
   * A model as clients name it.
   *
   * @param aliases other names for it
   * @param provider name of one of the route's providers
   * @param providerModel the provider's name for it
   * @param contextWindow tokens of input and output together; null if nobody said
   * @param maxOutputTokens tokens of an answer; null if nobody said
   */
  public record Model(
      String name,
      List<String> aliases,
      String provider,
      String providerModel,
      @Nullable Long contextWindow,
      @Nullable Long maxOutputTokens,
      ModelLedger ledger) {}

  /**
   * Names of a model's numbers; the operator alone reads them. Tokens are disjoint: {@code input}
   * is what was not cached, {@code output} what is not reasoning. {@code estimated} counts again
   * those of all four that no provider confirmed.
   */
  public record ModelLedger(
      String requests,
      String input,
      String cachedInput,
      String output,
      String reasoning,
      String estimated) {}

  /** Which dialect a provider speaks. */
  public enum ProviderType {
    OPEN_AI,
    OPEN_AI_COMPATIBLE
  }

  /** What a limit or quota counts. */
  public enum Unit {
    REQUESTS,
    /** Input and output together. */
    TOKENS,
    INPUT_TOKENS,
    OUTPUT_TOKENS
  }

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
    /** {@code x-ratelimit-limit-requests} and the like, on routes only. */
    OPEN_AI,
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
