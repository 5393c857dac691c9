package dev.weir.proxy.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer of our own, as problem details (RFC 9457).
 *
 * @param type URI of the kind of problem; null for {@code about:blank}, which is left out
 * @param members further members in their order: strings, numbers and lists of strings
 * @param retryAfterSeconds for {@code Retry-After}; 0 for none
 * @param challenge for {@code WWW-Authenticate}; null for none
 */
public record Problem(
    HttpResponseStatus status,
    @Nullable String type,
    String title,
    String detail,
    Map<String, Object> members,
    long retryAfterSeconds,
    @Nullable String challenge) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String REGISTRY = "https://iana.org/assignments/http-problem-types#";
  static final String QUOTA_EXCEEDED = REGISTRY + "quota-exceeded";
  static final String REDUCED_CAPACITY = REGISTRY + "temporary-reduced-capacity";

  /** A problem that its status explains. */
  public static Problem of(HttpResponseStatus status, String detail) {
    return new Problem(status, null, status.reasonPhrase(), detail, Map.of(), 0, null);
  }

  /** The same, with a hint when to try again. */
  public static Problem passing(HttpResponseStatus status, String detail, long retryAfterSeconds) {
    return new Problem(
        status, null, status.reasonPhrase(), detail, Map.of(), retryAfterSeconds, null);
  }

  /** Adds the fields that go with the problem; not the length. */
  public void writeFields(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (retryAfterSeconds > 0) {
      headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString(retryAfterSeconds));
    }
    if (challenge != null) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, challenge);
    }
  }

  /** The body in UTF-8. */
  public byte[] body() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (type != null) {
        json.writeStringField("type", type);
      }
      json.writeStringField("title", title);
      json.writeNumberField("status", status.code());
      json.writeStringField("detail", detail);
      for (Map.Entry<String, Object> member : members.entrySet()) {
        json.writeFieldName(member.getKey());
        write(json, member.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case Long number -> json.writeNumber(number);
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          json.writeString(element.toString());
        }
        json.writeEndArray();
      }
      default -> json.writeString(value.toString());
    }
  }
}
