package dev.weir.e2e.provider;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a call asks the provider to do, as text that stands in the message: {@code weir-script id=7
 * usage=EVERY split=true}.
 *
 * @param id tells calls apart
 * @param status of the answer
 * @param usage where the usage of a stream stands
 * @param crlf whether lines of a stream end so, instead of with LF
 * @param split whether bytes are cut at random places, in HTTP chunks and in packets
 * @param pauseMillis before each event of a stream, and before an answer that is none
 * @param chunks events with content of a stream
 * @param stamp whether each event tells the time at which it was sent, by {@link System#nanoTime}
 */
public record Script(
    String id,
    int status,
    Usage usage,
    boolean crlf,
    boolean split,
    int pauseMillis,
    int chunks,
    boolean stamp,
    Numbers numbers) {
  private static final Pattern TEXT = Pattern.compile("weir-script ((?: ?[a-zA-Z]+=[^ \"\\\\]+)+)");

  /** Where usage stands. */
  public enum Usage {
    /** In an event without choices before the end, if the request asks for it, as OpenAI does. */
    LAST,
    /** In each event, with the tokens so far. */
    EVERY,
    /** In the last event with content. */
    CONTENT,
    /** Nowhere. */
    NONE
  }

  /** Tokens that a call uses, as OpenAI counts them. */
  public record Numbers(long input, long cached, long output, long reasoning) {
    /** Input and output. */
    public long total() {
      return input + output;
    }

    String json() {
      return """
      {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,\
      "prompt_tokens_details":{"cached_tokens":%d},\
      "completion_tokens_details":{"reasoning_tokens":%d}}\
      """
          .formatted(input, output, total(), cached, reasoning);
    }
  }

  /** A short answer with its usage where OpenAI puts it. */
  public static Script named(String id, Numbers numbers) {
    return new Script(id, 200, Usage.LAST, false, false, 0, 8, false, numbers);
  }

  /** The same with another status. */
  public Script withStatus(int other) {
    return new Script(id, other, usage, crlf, split, pauseMillis, chunks, stamp, numbers);
  }

  /** The same with its usage elsewhere. */
  public Script withUsage(Usage other) {
    return new Script(id, status, other, crlf, split, pauseMillis, chunks, stamp, numbers);
  }

  /** The same with CRLF and cut bytes. */
  public Script torn() {
    return new Script(id, status, usage, true, true, pauseMillis, chunks, stamp, numbers);
  }

  /** The same, slower. */
  public Script slow(int millis, int events) {
    return new Script(id, status, usage, crlf, split, millis, events, stamp, numbers);
  }

  /** The same, and each event tells when it was sent. */
  public Script stamped() {
    return new Script(id, status, usage, crlf, split, pauseMillis, chunks, true, numbers);
  }

  /** As it stands in the message. */
  public String text() {
    return ("weir-script id=%s status=%d usage=%s crlf=%b split=%b pause=%d chunks=%d stamp=%b"
            + " input=%d cached=%d output=%d reasoning=%d")
        .formatted(
            id,
            status,
            usage,
            crlf,
            split,
            pauseMillis,
            chunks,
            stamp,
            numbers.input(),
            numbers.cached(),
            numbers.output(),
            numbers.reasoning());
  }

  /**
   * Reads it from a request's body.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Script in(String body) {
    Matcher text = TEXT.matcher(body);
    if (!text.find()) {
      throw new IllegalArgumentException("no weir-script in " + body);
    }
    Map<String, String> fields = new TreeMap<>();
    for (String field : text.group(1).split(" ", -1)) {
      int equals = field.indexOf('=');
      fields.put(field.substring(0, equals), field.substring(equals + 1));
    }
    return new Script(
        value(fields, "id"),
        Integer.parseInt(value(fields, "status")),
        Usage.valueOf(value(fields, "usage")),
        Boolean.parseBoolean(value(fields, "crlf")),
        Boolean.parseBoolean(value(fields, "split")),
        Integer.parseInt(value(fields, "pause")),
        Integer.parseInt(value(fields, "chunks")),
        Boolean.parseBoolean(value(fields, "stamp")),
        new Numbers(
            Long.parseLong(value(fields, "input")),
            Long.parseLong(value(fields, "cached")),
            Long.parseLong(value(fields, "output")),
            Long.parseLong(value(fields, "reasoning"))));
  }

  private static String value(Map<String, String> fields, String name) {
    return Objects.requireNonNull(fields.get(name), name);
  }
}
