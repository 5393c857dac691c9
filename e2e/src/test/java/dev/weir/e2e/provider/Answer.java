package dev.weir.e2e.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.regex.Pattern;

/** Writes the answer to one call. */
final class Answer {
  private static final Pattern STREAM = Pattern.compile("\"stream\"\\s*:\\s*true");
  private static final Pattern WANTS_USAGE = Pattern.compile("\"include_usage\"\\s*:\\s*true");
  private static final int PIECE = 40;

  private final Script script;
  private final OutputStream out;
  private final Random random;
  private final boolean stream;
  private final boolean wantsUsage;

  Answer(Script script, String body, OutputStream out, Random random) {
    this.script = script;
    this.out = out;
    this.random = random;
    this.stream = STREAM.matcher(body).find();
    this.wantsUsage = WANTS_USAGE.matcher(body).find();
  }

  /** Returns whether what was written has usage in it. */
  boolean write() throws IOException, InterruptedException {
    if (!stream && script.pauseMillis() > 0) {
      Thread.sleep(script.pauseMillis());
    }
    if (script.status() != 200) {
      whole(
          script.status(),
          "{\"error\":{\"message\":\"As the script %s asks.\",\"type\":\"server_error\","
                  .formatted(script.id())
              + "\"param\":null,\"code\":\"scripted\"}}");
      return false;
    }
    if (!stream) {
      boolean told = script.usage() != Script.Usage.NONE;
      whole(
          200,
          """
          {"id":"%s","object":"chat.completion","created":1,"model":"scripted","choices":[{"index":0,\
          "message":{"role":"assistant","content":"Done."},"finish_reason":"stop"}]%s}\
          """
              .formatted(script.id(), told ? ",\"usage\":" + script.numbers().json() : ""));
      return told;
    }
    return stream();
  }

  private void whole(int status, String json) throws IOException {
    byte[] body = json.getBytes(UTF_8);
    raw(
        ("HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                    .formatted(status, body.length)
                + json)
            .getBytes(UTF_8));
  }

  private boolean stream() throws IOException, InterruptedException {
    raw(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(UTF_8));
    boolean told = false;
    for (int i = 1; i <= script.chunks(); i++) {
      if (script.pauseMillis() > 0) {
        Thread.sleep(script.pauseMillis());
      }
      boolean last = i == script.chunks();
      String usage = "null";
      if (script.usage() == Script.Usage.EVERY
          || (last && script.usage() == Script.Usage.CONTENT)) {
        usage = soFar(i).json();
        told = last;
      }
      String content = script.stamp() ? "@" + System.nanoTime() + " " : "word-" + i + " ";
      event(
          "[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":%s}]"
              .formatted(content, last ? "\"stop\"" : "null"),
          usage);
    }
    if (script.usage() == Script.Usage.LAST && wantsUsage) {
      event("[]", script.numbers().json());
      told = true;
    }
    chunk("data: [DONE]");
    raw("0\r\n\r\n".getBytes(UTF_8));
    return told;
  }

  private Script.Numbers soFar(int i) {
    Script.Numbers all = script.numbers();
    return i == script.chunks()
        ? all
        : new Script.Numbers(all.input(), all.cached(), all.output() * i / script.chunks(), 0);
  }

  private void event(String choices, String usage) throws IOException {
    chunk(
        """
        data: {"id":"%s","object":"chat.completion.chunk","created":1,"model":"scripted",\
        "choices":%s,"usage":%s}\
        """
            .formatted(script.id(), choices, usage));
  }

  private void chunk(String event) throws IOException {
    String eol = script.crlf() ? "\r\n" : "\n";
    byte[] bytes = (event + eol + eol).getBytes(UTF_8);
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int length = piece(bytes.length - at);
      chunks.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(UTF_8));
      chunks.write(bytes, at, length);
      chunks.writeBytes("\r\n".getBytes(UTF_8));
      at += length;
    }
    raw(chunks.toByteArray());
  }

  private void raw(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; ) {
      int length = piece(bytes.length - at);
      out.write(bytes, at, length);
      out.flush();
      at += length;
    }
  }

  private int piece(int left) {
    return script.split() ? Math.min(left, 1 + random.nextInt(PIECE)) : left;
  }
}
