package dev.weir.proxy.inbound;

import java.nio.charset.StandardCharsets;

/**
 * What a client beyond the most connections is told, with status 503.
 *
 * @param mediaType of the body
 * @param body JSON
 */
public record Full(String mediaType, String body) {

  /** As problem details (RFC 9457). */
  public static final Full PROBLEM =
      new Full(
          "application/problem+json",
          """
          {"title":"Service Unavailable","status":503,\
          "detail":"Weir serves as many connections as it may already. Try again in 1 s."}
          """);

  byte[] response() {
    return ("HTTP/1.1 503 Service Unavailable\r\n"
            + ("Content-Type: " + mediaType + "\r\n")
            + ("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n")
            + "Retry-After: 1\r\n"
            + "Cache-Control: no-store\r\n"
            + "Connection: close\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }
}
