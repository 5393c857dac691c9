package dev.weir.proxy.inbound;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Set;

/**
 * The trailer fields that are forwarded. A receiver may merge trailers into the header section, so
 * only fields known to be harmless there pass (RFC 9110 section 6.5.1).
 */
public final class Trailers {
  private static final Set<String> LISTED =
      Set.of(
          "content-digest",
          "content-md5",
          "digest",
          "etag",
          "grpc-message",
          "grpc-status",
          "grpc-status-details-bin",
          "repr-digest",
          "server-timing",
          "signature",
          "signature-input");

  private Trailers() {}

  /** Removes every field that is not listed; {@code x-amz-checksum-*} is. */
  public static void keepListed(HttpHeaders trailers) {
    if (trailers.isEmpty()) {
      return;
    }
    for (String name : trailers.names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!LISTED.contains(lower) && !lower.startsWith("x-amz-checksum-")) {
        trailers.remove(name);
      }
    }
  }
}
