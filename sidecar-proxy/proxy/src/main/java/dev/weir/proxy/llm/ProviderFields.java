package dev.weir.proxy.llm;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Set;

/** Which header fields pass between a client and a provider. */
final class ProviderFields {
  /** Of a request; all else ends here, above all the client's key and its cookies. */
  private static final Set<String> REQUEST =
      Set.of(
          "accept",
          "content-type",
          "user-agent",
          "openai-beta",
          "idempotency-key",
          "x-request-id",
          "x-client-request-id",
          "traceparent",
          "tracestate");

  /**
   * Of an answer, what does not pass: who serves it and how it is reached speak of another host and
   * another connection, the account is that of whoever owns the provider's key.
   */
  private static final Set<String> NOT_OF_ANSWER =
      Set.of(
          "alt-svc",
          "nel",
          "openai-organization",
          "openai-project",
          "report-to",
          "reporting-endpoints",
          "server",
          "set-cookie",
          "set-cookie2",
          "strict-transport-security",
          "trailer",
          "via",
          "x-powered-by");

  private ProviderFields() {}

  static void copyRequest(HttpHeaders from, HttpHeaders to) {
    from.forEach(
        field -> {
          String name = field.getKey().toLowerCase(Locale.ROOT);
          if (REQUEST.contains(name) || name.startsWith("x-stainless-")) {
            to.add(field.getKey(), field.getValue());
          }
        });
  }

  /** Whether the body of an answer is what it says, not compressed. */
  static boolean isPlain(HttpHeaders headers) {
    String coding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    return coding == null || HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(coding.strip());
  }

  static boolean isEventStream(HttpHeaders headers) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().equalsIgnoreCase("text/event-stream");
  }

  static void cleanAnswer(HttpHeaders headers) {
    for (String name : headers.names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (NOT_OF_ANSWER.contains(lower)
          || lower.startsWith("x-ratelimit-")
          || lower.startsWith("cf-")) {
        headers.remove(name);
      }
    }
  }
}
