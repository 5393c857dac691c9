package dev.weir.proxy.identity;

import dev.weir.protocol.Snapshot.ApiKeyLocation;
import dev.weir.protocol.Snapshot.Identity;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Recognises consumers by API key. Immutable, thread-safe. */
public final class ApiKeys {
  /** The consumer of requests without a key, where they pass. */
  public static final String ANONYMOUS = "anonymous";

  private final List<ApiKeyLocation> locations;
  private final boolean anonymous;
  private final Map<String, String> consumers;

  /**
   * Keys as the operator sends them.
   *
   * @param consumers lower-case hex SHA-256 of a key to its consumer
   */
  public ApiKeys(Identity identity, Map<String, String> consumers) {
    this.locations = identity.apiKeys();
    this.anonymous = identity.anonymous();
    this.consumers = consumers;
  }

  /** Looks in the locations in turn; the first that holds a key decides alone. */
  public Recognition recognize(HttpHeaders headers, KeyDigest digest) {
    for (ApiKeyLocation location : locations) {
      List<String> values = headers.getAll(location.header());
      String key = firstKey(values, location.scheme());
      if (key != null) {
        // Beside a second field, whatever it holds, servers differ in which of the two they take.
        String consumer = values.size() == 1 ? consumers.get(digest.hex(key)) : null;
        return consumer == null ? new Recognition.Unknown() : new Recognition.Recognized(consumer);
      }
    }
    return anonymous ? new Recognition.Recognized(ANONYMOUS) : new Recognition.Missing();
  }

  /** Says where a key may be, for people: {@code the header "x-api-key"}. */
  public String whereToPutIt() {
    return locations.stream()
        .map(
            location ->
                location.scheme() == null
                    ? "the header \"" + location.header() + "\""
                    : "the header \""
                        + location.header()
                        + "\" after \""
                        + location.scheme()
                        + " \"")
        .collect(Collectors.joining(" or "));
  }

  /** The challenges of a 401 (RFC 9110 section 11.6.1), one field value. */
  public String challenges() {
    if (locations.isEmpty()) {
      return "ApiKey";
    }
    return locations.stream()
        .map(
            location ->
                location.scheme() == null
                    ? "ApiKey header=\"" + location.header() + "\""
                    : location.scheme() + " realm=\"weir\"")
        .collect(Collectors.joining(", "));
  }

  private static @Nullable String firstKey(List<String> values, @Nullable String scheme) {
    for (String value : values) {
      String key = key(value, scheme);
      if (key != null) {
        return key;
      }
    }
    return null;
  }

  /**
   * What follows the scheme, or the whole value where none is asked for; null when it is absent.
   */
  private static @Nullable String key(String value, @Nullable String scheme) {
    String text = value.strip();
    if (scheme == null) {
      return text;
    }
    int end = scheme.length();
    boolean matches =
        text.regionMatches(true, 0, scheme, 0, end)
            && (text.length() == end || Character.isWhitespace(text.charAt(end)));
    return matches ? text.substring(end).strip() : null;
  }
}
