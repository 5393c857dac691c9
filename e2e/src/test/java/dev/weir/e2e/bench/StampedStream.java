package dev.weir.e2e.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.e2e.provider.Script;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Reads one stream whose events tell when they were sent, by the clock that all processes share.
 */
final class StampedStream {
  private static final int CONNECT_MILLIS = 5000;
  private static final int READ_MILLIS = 60_000;

  private StampedStream() {}

  /** Nanoseconds from when each event was sent until it was seen here. */
  static long[] delays(InetSocketAddress address, Script script, String key) throws IOException {
    String body =
        """
        {"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},\
        "messages":[{"role":"user","content":"%s"}]}\
        """
            .formatted(script.text());
    String head =
        """
        POST /v1/chat/completions HTTP/1.1
        Host: llm
        Authorization: Bearer %s
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(key, body.length())
            .replace("\n", "\r\n");
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(READ_MILLIS);
      socket.connect(address, CONNECT_MILLIS);
      socket.getOutputStream().write((head + body).getBytes(US_ASCII));
      return read(socket.getInputStream(), script.chunks());
    }
  }

  private static long[] read(InputStream in, int events) throws IOException {
    long[] delays = new long[events];
    byte[] buffer = new byte[16 * 1024];
    StringBuilder unread = new StringBuilder();
    int seen = 0;
    while (seen < events) {
      int length = in.read(buffer);
      long now = System.nanoTime();
      if (length < 0) {
        throw new IOException("the stream ended after " + seen + " events: " + unread);
      }
      unread.append(new String(buffer, 0, length, US_ASCII));
      int at = unread.indexOf("@");
      for (int end = unread.indexOf(" ", at + 1); at >= 0 && end >= 0 && seen < events; ) {
        delays[seen++] = now - Long.parseLong(unread.substring(at + 1, end));
        unread.delete(0, end);
        at = unread.indexOf("@");
        end = unread.indexOf(" ", at + 1);
      }
    }
    return delays;
  }
}
