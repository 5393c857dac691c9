package dev.weir.proxy.inbound;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/**
 * The head of a request after validation, as the application will see it.
 *
 * @param target origin-form or {@code *}, exactly as it is forwarded
 * @param headers end-to-end fields only, in the order and case received; {@code Transfer-Encoding}
 *     stays for the encoder of the forwarded request
 * @param http10 whether the client speaks HTTP/1.0: no 1xx and no chunked response for it
 * @param keepAlive whether the client wants to go on with the connection
 * @param expectsContinue whether the client waits for 100 (Continue) before it sends the body
 * @param contentLength of the body in bytes; 0 for none, -1 when it is chunked
 */
public record Head(
    HttpMethod method,
    String target,
    HttpHeaders headers,
    boolean http10,
    boolean keepAlive,
    boolean expectsContinue,
    long contentLength)
    implements HeadResult {

  /** Whether a body follows. */
  public boolean hasBody() {
    return contentLength != 0;
  }

  /** The target up to the query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** What follows the first question mark, percent-encoded as received; empty for none. */
  public String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }
}
