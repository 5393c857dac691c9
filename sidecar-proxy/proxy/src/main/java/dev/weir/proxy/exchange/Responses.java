package dev.weir.proxy.exchange;

import dev.weir.proxy.inbound.HopByHop;
import dev.weir.proxy.policy.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Heads of responses, as they go to the client. */
public final class Responses {
  private static final AsciiString REVISION = AsciiString.cached("Weir-Revision");

  private Responses() {}

  static Problem noRules() {
    return Problem.passing(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        "Weir has no rules for this workload yet. Try again in 1 s.",
        1);
  }

  static Problem notConnected(Throwable cause) {
    return cause instanceof ConnectTimeoutException
        ? Problem.passing(
            HttpResponseStatus.GATEWAY_TIMEOUT,
            "The application did not accept a connection within 1 s.",
            1)
        : Problem.passing(
            HttpResponseStatus.BAD_GATEWAY,
            "The application does not accept connections on its port.",
            1);
  }

  static FullHttpResponse of(Problem problem) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, problem.status(), Unpooled.wrappedBuffer(problem.body()));
    problem.writeFields(response.headers());
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(response.content().readableBytes()));
    return response;
  }

  /**
   * Adds what is ours to a head: the revision that decided it, and what becomes of the connection.
   *
   * @param revision null for none
   */
  public static void writeOwn(
      HttpHeaders headers, @Nullable String revision, boolean closes, boolean http10) {
    if (revision != null) {
      headers.set(REVISION, revision);
    }
    if (closes) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (http10) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  static FullHttpResponse informational(HttpResponse from) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, from.status(), Unpooled.EMPTY_BUFFER);
    HopByHop.remove(from.headers());
    response.headers().set(from.headers());
    return response;
  }

  /**
   * Makes an application's head one of this connection: hop-by-hop fields go, and where the end of
   * the body would be the end of the connection it becomes chunked.
   *
   * @return whether the body is still delimited by the connection's end, which is so for HTTP/1.0
   *     clients
   */
  public static boolean prepare(HttpResponse response, HttpMethod method, boolean http10) {
    HttpHeaders headers = response.headers();
    HopByHop.remove(headers);
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    if (isBodiless(response.status(), method)) {
      if (chunked && http10) {
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
      }
      return false;
    }
    if (http10 && chunked) {
      headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
      return true;
    }
    if (!chunked && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      if (http10) {
        return true;
      }
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return false;
  }

  /** Whether the only transfer coding, if any, is the one that we can undo. */
  public static boolean isFramingKnown(HttpResponse response) {
    HttpHeaders headers = response.headers();
    String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
    return coding == null
        || (HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding.strip())
            && headers.getAll(HttpHeaderNames.TRANSFER_ENCODING).size() == 1);
  }

  private static boolean isBodiless(HttpResponseStatus status, HttpMethod method) {
    return HttpMethod.HEAD.equals(method)
        || status.code() == 204
        || status.code() == 205
        || status.code() == 304;
  }
}
