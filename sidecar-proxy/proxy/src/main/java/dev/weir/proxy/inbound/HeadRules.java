package dev.weir.proxy.inbound;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy must refuse although the codec accepts it, and the fields that end here. Changes the
 * request's headers in place: what comes out is what the application sees.
 */
final class HeadRules {
  /** Framing, routing and trust hang on these: under another spelling they are an attack. */
  private static final Set<String> GUARDED =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto");

  private HeadRules() {}

  static HeadResult inspect(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return undecodable(request.decoderResult().cause());
    }
    HttpHeaders headers = request.headers();
    boolean http10 = request.protocolVersion().minorVersion() == 0;
    Refusal refusal = removeUnderscores(headers);
    if (refusal == null) {
      refusal = transferCoding(headers);
    }
    if (refusal == null) {
      refusal = method(request.method());
    }
    if (refusal == null) {
      refusal = host(headers, http10);
    }
    if (refusal == null) {
      refusal = expectation(headers);
    }
    if (refusal == null) {
      refusal = upgrade(headers);
    }
    if (refusal != null) {
      return refusal;
    }
    return head(request, headers, http10);
  }

  private static HeadResult head(HttpRequest request, HttpHeaders headers, boolean http10) {
    String target = request.uri();
    if (target.charAt(0) != '/') {
      if (!target.equals("*")) {
        String origin = originForm(target, headers);
        if (origin == null) {
          return Refusal.badRequest(
              "The request target is neither a path nor an http URI of the same host as Host.");
        }
        target = origin;
      } else if (!request.method().equals(HttpMethod.OPTIONS)) {
        return Refusal.badRequest("The request target '*' goes with OPTIONS only.");
      }
    }
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    boolean expects = headers.contains(HttpHeaderNames.EXPECT) && !http10;
    if (http10) {
      headers.remove(HttpHeaderNames.EXPECT);
    }
    boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    long length = chunked ? -1 : contentLength(headers);
    boolean trailers = headers.containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
    HopByHop.remove(headers);
    headers.remove(HttpHeaderNames.TE);
    if (trailers) {
      headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
    }
    return new Head(request.method(), target, headers, http10, keepAlive, expects, length);
  }

  private static Refusal undecodable(@Nullable Throwable cause) {
    return cause instanceof TooLongFrameException
        ? new Refusal(
            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "The header section is longer than " + HeadScan.MAX_HEADER_SECTION + " bytes.")
        : Refusal.badRequest("The head of the request is malformed (RFC 9112).");
  }

  /**
   * Servers that map names to variables take {@code x_user} for {@code X-User}, so such names are
   * dropped, and refused where the look-alike would frame or route the message.
   */
  private static @Nullable Refusal removeUnderscores(HttpHeaders headers) {
    List<CharSequence> dropped = null;
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      CharSequence name = fields.next().getKey();
      if (AsciiString.indexOf(name, '_', 0) < 0) {
        continue;
      }
      if (GUARDED.contains(name.toString().toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return Refusal.badRequest("A header field has '_' where its name has '-'.");
      }
      if (dropped == null) {
        dropped = new ArrayList<>(2);
      }
      dropped.add(name);
    }
    if (dropped != null) {
      dropped.forEach(headers::remove);
    }
    return null;
  }

  private static @Nullable Refusal transferCoding(HttpHeaders headers) {
    String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
    if (coding == null) {
      return null;
    }
    if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding.strip())
        || headers.getAll(HttpHeaderNames.TRANSFER_ENCODING).size() > 1) {
      return new Refusal(
          HttpResponseStatus.NOT_IMPLEMENTED, "The only transfer coding served here is chunked.");
    }
    headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    return null;
  }

  private static @Nullable Refusal method(HttpMethod method) {
    return method.equals(HttpMethod.CONNECT)
        ? new Refusal(HttpResponseStatus.NOT_IMPLEMENTED, "CONNECT is not served here.")
        : null;
  }

  private static @Nullable Refusal host(HttpHeaders headers, boolean http10) {
    String host = headers.get(HttpHeaderNames.HOST);
    if (host == null) {
      if (!http10) {
        return Refusal.badRequest("The Host field is missing (RFC 9112 section 3.2).");
      }
      headers.set(HttpHeaderNames.HOST, "localhost");
      return null;
    }
    if (headers.getAll(HttpHeaderNames.HOST).size() > 1) {
      return Refusal.badRequest("There is more than one Host field (RFC 9112 section 3.2).");
    }
    return Authority.isValid(host)
        ? null
        : Refusal.badRequest("The Host field is not a host with an optional port.");
  }

  private static @Nullable Refusal expectation(HttpHeaders headers) {
    String expect = headers.get(HttpHeaderNames.EXPECT);
    if (expect == null) {
      return null;
    }
    boolean known =
        HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)
            && headers.getAll(HttpHeaderNames.EXPECT).size() == 1;
    return known
        ? null
        : new Refusal(
            HttpResponseStatus.EXPECTATION_FAILED,
            "The only expectation served here is 100-continue.");
  }

  private static @Nullable Refusal upgrade(HttpHeaders headers) {
    return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        ? new Refusal(
            HttpResponseStatus.NOT_IMPLEMENTED, "WebSocket is not served through Weir yet.")
        : null;
  }

  /** The origin-form of an absolute-form target (RFC 9112 section 3.2.2), or null. */
  private static @Nullable String originForm(String target, HttpHeaders headers) {
    String lower = target.toLowerCase(Locale.ROOT);
    String scheme = lower.startsWith("http://") ? "http" : "https";
    if (!lower.startsWith(scheme + "://")) {
      return null;
    }
    int authority = scheme.length() + 3;
    int end = authority;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    String named = target.substring(authority, end);
    String host = headers.get(HttpHeaderNames.HOST, "");
    String port = scheme.equals("http") ? "80" : "443";
    if (!Authority.isValid(named) || !Authority.same(named, host, port)) {
      return null;
    }
    String rest = target.substring(end);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  /** The codec has checked the value; {@code 05} becomes {@code 5}. */
  private static long contentLength(HttpHeaders headers) {
    String text = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (text == null) {
      return 0;
    }
    long length = Long.parseLong(text.strip());
    String canonical = Long.toString(length);
    if (!text.equals(canonical)) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, canonical);
    }
    return length;
  }
}
