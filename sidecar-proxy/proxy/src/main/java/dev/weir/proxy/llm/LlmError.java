package dev.weir.proxy.llm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.protocol.Snapshot.Unit;
import dev.weir.proxy.policy.Problem;
import dev.weir.proxy.policy.Violation;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer of our own in OpenAI's dialect. The factories take the name of the LlmRoute first,
 * which each message names. Immutable, thread-safe.
 *
 * @param type kind of error, which SDKs show
 * @param message for people; says what to do
 * @param param the member of the request that is wrong; null if it is none
 * @param code what programs look at
 * @param fields header fields that go with it, such as {@code Retry-After}
 */
public record LlmError(
    HttpResponseStatus status,
    String type,
    String message,
    @Nullable String param,
    String code,
    Map<String, String> fields)
    implements Parsed {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String INVALID = "invalid_request_error";
  private static final String SERVER = "server_error";
  private static final String RETRY_AFTER = "Retry-After";

  /** Its official clients try again after 429 and 5xx, unless this says no. */
  private static final String SHOULD_RETRY = "x-should-retry";

  private static final int LONGEST_ECHO = 100;

  /** The body is no chat request that can be read in one way only. */
  static LlmError unreadable(String route, String what) {
    return invalid(route, "invalid_json", null, what);
  }

  /** A member of the request has a value that it must not have. */
  static LlmError invalidValue(String route, String param, String what) {
    return invalid(route, "invalid_value", param, what);
  }

  /** The request does not fit into what the model can hold. */
  static LlmError contextLength(String route, @Nullable String param, String what) {
    return invalid(route, "context_length_exceeded", param, what);
  }

  private static LlmError invalid(String route, String code, @Nullable String param, String what) {
    return of(HttpResponseStatus.BAD_REQUEST, INVALID, code, param, route, what);
  }

  /** A request that is longer than the sidecar reads. */
  public static LlmError requestTooLarge(String route, long maxBytes) {
    return of(
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
        INVALID,
        "request_too_large",
        null,
        route,
        "the request body is larger than " + maxBytes + " bytes. Send less.");
  }

  /** A model that the route does not have. */
  public static LlmError modelNotFound(String route, String model, List<String> models) {
    return of(
        HttpResponseStatus.NOT_FOUND,
        INVALID,
        "model_not_found",
        "model",
        route,
        "there is no model \""
            + echo(model)
            + "\". Ask for one of: "
            + String.join(", ", models.subList(0, Math.min(20, models.size())))
            + (models.size() > 20 ? ", ..." : "")
            + ".");
  }

  /** A method and path that is not served. */
  public static LlmError unknownUrl(String route, String method, String path) {
    return of(
        HttpResponseStatus.NOT_FOUND,
        INVALID,
        "unknown_url",
        null,
        route,
        echo(method)
            + " "
            + echo(path)
            + " is not served. Served are POST /v1/chat/completions, GET /v1/models and"
            + " GET /v1/models/{model}.");
  }

  /** A rate or quota that is used up. */
  public static LlmError of(String route, Violation violation) {
    long seconds = Math.max(1, Math.ceilDiv(violation.retryMicros(), 1_000_000L));
    String limit =
        (violation.quota() ? "the quota " : "the limit ")
            + "\""
            + violation.limit()
            + "\" of "
            + violation.policy()
            + " allows "
            + violation.allowed()
            + " "
            + words(violation.unit())
            + " per "
            + violation.window();
    if (violation.quota()) {
      return new LlmError(
          HttpResponseStatus.TOO_MANY_REQUESTS,
          "insufficient_quota",
          message(
              route,
              limit
                  + ", and they are used up. Trying again does not help before "
                  + seconds
                  + " s have passed; ask whoever runs the route for more."),
          null,
          "insufficient_quota",
          Map.of(SHOULD_RETRY, "false", RETRY_AFTER, Long.toString(seconds)));
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(RETRY_AFTER, Long.toString(seconds));
    fields.put(
        "retry-after-ms", Long.toString(Math.max(1, Math.ceilDiv(violation.retryMicros(), 1000L))));
    return new LlmError(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        "rate_limit_exceeded",
        message(route, limit + ". Try again in " + seconds + " s."),
        null,
        "rate_limit_exceeded",
        fields);
  }

  private static String words(Unit unit) {
    return unit.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** A refusal in the words of the rules, in this dialect. */
  public static LlmError of(String route, Problem problem) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (problem.retryAfterSeconds() > 0) {
      fields.put(RETRY_AFTER, Long.toString(problem.retryAfterSeconds()));
    }
    if (problem.challenge() != null) {
      fields.put("WWW-Authenticate", problem.challenge());
    }
    int status = problem.status().code();
    String type = status >= 500 ? SERVER : INVALID;
    String code =
        switch (status) {
          case 401 -> "invalid_api_key";
          case 403 -> "permission_denied";
          case 408 -> "request_timeout";
          case 413 -> "request_too_large";
          case 429 -> "rate_limit_exceeded";
          default -> status >= 500 ? SERVER : "invalid_value";
        };
    if (status == 403 || status == 429) {
      type = code;
    }
    return new LlmError(
        problem.status(), type, message(route, problem.detail()), null, code, fields);
  }

  /** The sidecar has no room for the call, or is about to end. */
  public static LlmError overloaded(String route, String what) {
    return new LlmError(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        SERVER,
        message(route, what + " Try again in 1 s."),
        null,
        "overloaded",
        Map.of(RETRY_AFTER, "1"));
  }

  /** The provider needs a key, and the sidecar has none. */
  public static LlmError keyMissing(String route, String provider) {
    return new LlmError(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        SERVER,
        message(
            route,
            "the API key of the provider \""
                + provider
                + "\" is missing. Whoever runs the route must create the Secret that its"
                + " auth.secretRefs names, with the label weir.dev/use: provider."),
        null,
        "provider_key_missing",
        Map.of(SHOULD_RETRY, "false"));
  }

  /** The provider's address is one that the sidecar does not connect to. */
  public static LlmError providerForbidden(String route, String provider) {
    return new LlmError(
        HttpResponseStatus.BAD_GATEWAY,
        SERVER,
        message(
            route,
            "the provider \""
                + provider
                + "\" resolves to a loopback, link-local, multicast or unspecified address, which"
                + " is not connected to. Whoever runs the route must correct its baseUrl."),
        null,
        "provider_forbidden",
        Map.of(SHOULD_RETRY, "false"));
  }

  /**
   * The provider could not be reached, or broke off.
   *
   * @param what a clause for people, for example {@code refused the connection}
   */
  public static LlmError providerUnreachable(String route, String provider, String what) {
    return of(
        HttpResponseStatus.BAD_GATEWAY,
        SERVER,
        "provider_unreachable",
        null,
        route,
        "the provider \"" + provider + "\" " + what + ". Try again.");
  }

  /**
   * The provider took too long.
   *
   * @param timeout the route's field that ended the call, for example {@code timeouts.firstToken}
   */
  public static LlmError providerTimeout(
      String route, String provider, String timeout, long millis) {
    return of(
        HttpResponseStatus.GATEWAY_TIMEOUT,
        SERVER,
        "provider_timeout",
        null,
        route,
        "the provider \""
            + provider
            + "\" did not answer within "
            + millis
            + " ms ("
            + timeout
            + "). Try again, or ask whoever runs the route for more time.");
  }

  private static LlmError of(
      HttpResponseStatus status,
      String type,
      String code,
      @Nullable String param,
      String route,
      String what) {
    return new LlmError(status, type, message(route, what), param, code, Map.of());
  }

  private static String message(String route, String what) {
    return "LlmRoute/" + route + ": " + what;
  }

  /** What a client sent, short and without lone surrogates, which JSON cannot hold. */
  private static String echo(String text) {
    String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    int length = whole.length();
    if (length <= LONGEST_ECHO) {
      return whole;
    }
    int cut = Character.isHighSurrogate(whole.charAt(LONGEST_ECHO - 1)) ? 1 : 0;
    return whole.substring(0, LONGEST_ECHO - cut) + "...";
  }

  /** Adds the fields that go with the error; not the length. */
  public void writeFields(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    fields.forEach(headers::set);
  }

  /** The body in UTF-8. */
  public byte[] body() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    write(bytes);
    bytes.write('\n');
    return bytes.toByteArray();
  }

  /** As an event, for a stream whose head is already gone; the stream ends behind it. */
  public byte[] event() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    bytes.writeBytes(JsonScan.ascii("data: "));
    write(bytes);
    bytes.writeBytes(JsonScan.ascii("\n\n"));
    return bytes.toByteArray();
  }

  private void write(ByteArrayOutputStream bytes) {
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("message", message);
      json.writeStringField("type", type);
      json.writeStringField("param", param);
      json.writeStringField("code", code);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
