package dev.weir.proxy.inbound;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;

/** Fields that concern one connection only (RFC 9110 section 7.6.1). */
public final class HopByHop {
  private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
  private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
  private static final AsciiString HTTP2_SETTINGS = AsciiString.cached("http2-settings");

  private HopByHop() {}

  /**
   * Removes them and what {@code Connection} nominates. {@code Transfer-Encoding} stays: the
   * encoder of the next hop needs it. Nominating the fields that frame or route the message has no
   * effect (RFC 9110 section 7.6.1 forbids it, and it would change what the next hop reads).
   */
  public static void remove(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.CONNECTION)) {
      List<String> connection = headers.getAll(HttpHeaderNames.CONNECTION);
      headers.remove(HttpHeaderNames.CONNECTION);
      for (String line : connection) {
        for (String nominated : line.split(",", -1)) {
          removeNominated(headers, nominated.strip());
        }
      }
    }
    headers.remove(KEEP_ALIVE);
    headers.remove(PROXY_CONNECTION);
    headers.remove(HttpHeaderNames.PROXY_AUTHENTICATE);
    headers.remove(HttpHeaderNames.PROXY_AUTHORIZATION);
    headers.remove(HttpHeaderNames.UPGRADE);
    headers.remove(HTTP2_SETTINGS);
  }

  private static void removeNominated(HttpHeaders headers, String name) {
    boolean frames =
        HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)
            || HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
            || HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)
            || HttpHeaderNames.TE.contentEqualsIgnoreCase(name)
            || HttpHeaderNames.EXPECT.contentEqualsIgnoreCase(name);
    if (!name.isEmpty() && !frames) {
      headers.remove(name);
    }
  }
}
