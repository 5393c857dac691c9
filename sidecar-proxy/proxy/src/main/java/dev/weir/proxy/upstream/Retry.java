package dev.weir.proxy.upstream;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;

/** When a request that got no answer may be sent a second time (RFC 9110 section 9.2.2). */
public final class Retry {
  /** A body up to this many bytes is kept for it. */
  public static final int MAX_BODY = 65536;

  private static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE,
          HttpMethod.PUT,
          HttpMethod.DELETE);

  private Retry() {}

  /** Whether sending it twice means the same as sending it once. */
  public static boolean isIdempotent(HttpMethod method) {
    return IDEMPOTENT.contains(method);
  }

  /**
   * Whether to try once more on a new connection, after one broke before a response's first byte.
   *
   * @param reused whether the connection had served a request before: only then is it likely that
   *     the application closed it as idle and never saw this request
   * @param bodyKept whether the body is empty, or ended and kept whole
   */
  public static boolean isSafe(HttpMethod method, boolean reused, boolean bodyKept, int attempts) {
    return reused && bodyKept && attempts == 1 && isIdempotent(method);
  }
}
