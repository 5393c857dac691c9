package dev.weir.proxy.llm;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Picks out of a chat request what the sidecar must know. (NOT thread safe; one per request.) */
final class ChatReader implements JsonScan.Listener {
  static final String MAX_TOKENS = "max_tokens";
  static final String MAX_COMPLETION = "max_completion_tokens";

  /** Digits that surely fit into a long. */
  private static final int LONGEST_COUNT = 18;

  /**
   * A bound of the answer.
   *
   * @param value -1 if it is not set
   * @param span of its value; null if it is absent
   */
  record Bound(long value, @Nullable Span span) {
    static final Bound ABSENT = new Bound(-1, null);
  }

  private enum Kind {
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL,
    OBJECT,
    ARRAY
  }

  private enum Member {
    MODEL("model"),
    STREAM("stream"),
    STREAM_OPTIONS("stream_options"),
    N("n"),
    MAX_TOKENS(ChatReader.MAX_TOKENS),
    MAX_COMPLETION_TOKENS(MAX_COMPLETION),
    MESSAGES("messages"),
    TOOLS("tools"),
    FUNCTIONS("functions"),
    RESPONSE_FORMAT("response_format"),
    PREDICTION("prediction");

    private final String text;

    Member(String text) {
      this.text = text;
    }

    boolean isText() {
      return compareTo(MESSAGES) >= 0;
    }
  }

  private static final String INCLUDE_USAGE = "include_usage";
  private static final byte[] IMAGE = JsonScan.ascii("image_url");
  private static final byte[] AUDIO = JsonScan.ascii("input_audio");
  private static final byte[] FILE = JsonScan.ascii("file");

  private final String route;
  private final Set<Member> seen = EnumSet.noneOf(Member.class);
  private @Nullable LlmError problem;

  /** The member of the body that is being read; null for one that is not looked at. */
  private @Nullable Member member;

  /** Depth of the member with an image, audio or file that is being read; 0 if none. */
  private int mediaDepth;

  /** Where the containers of each depth begin; those that are deeper do not matter. */
  private final int[] starts = new int[4];

  private int bodyStart;
  private @Nullable String model;
  private @Nullable Span modelSpan;
  private boolean stream;
  private @Nullable Span streamOptions;
  private boolean hasOptions;
  private boolean atIncludeUsage;
  private @Nullable Span includeUsage;
  private boolean asksUsage;
  private Bound maxTokens = Bound.ABSENT;
  private Bound maxCompletionTokens = Bound.ABSENT;
  private long textBytes;

  ChatReader(String route) {
    this.route = route;
  }

  /** What is wrong with the request; null if nothing. */
  @Nullable LlmError problem() {
    if (problem == null && model == null) {
      return LlmError.invalidValue(route, "model", "model is missing. Name a model.");
    }
    return problem;
  }

  /** Only if there is no {@link #problem}, as all below. */
  String model() {
    return Objects.requireNonNull(model);
  }

  Span modelSpan() {
    return Objects.requireNonNull(modelSpan);
  }

  boolean stream() {
    return stream;
  }

  boolean asksUsage() {
    return stream && asksUsage;
  }

  /** The value of {@code stream_options}; null if it is absent. */
  @Nullable Span streamOptions() {
    return streamOptions;
  }

  /** Whether {@code stream_options} is an object with members. */
  boolean hasOptions() {
    return hasOptions;
  }

  /** The value of {@code include_usage}; null if it is absent. */
  @Nullable Span includeUsage() {
    return includeUsage;
  }

  Bound maxTokens() {
    return maxTokens;
  }

  Bound maxCompletionTokens() {
    return maxCompletionTokens;
  }

  long textBytes() {
    return textBytes;
  }

  /** Behind the brace that opens the body. */
  int bodyStart() {
    return bodyStart;
  }

  @Override
  public void name(JsonScan scan) {
    if (scan.depth() <= mediaDepth) {
      mediaDepth = 0;
    }
    if (scan.depth() == 1) {
      member = memberOf(scan);
      if (member != null && !seen.add(member)) {
        problem(member.text, "is there twice. Send it once.");
      }
    } else if (member == Member.STREAM_OPTIONS && scan.depth() == 2) {
      hasOptions = true;
      atIncludeUsage = isNamed(scan, INCLUDE_USAGE);
      if (atIncludeUsage && includeUsage != null) {
        problem("stream_options.include_usage", "is there twice. Send it once.");
      }
    } else if (member == Member.MESSAGES && mediaDepth == 0 && isMedia(scan)) {
      mediaDepth = scan.depth();
    }
  }

  private static boolean isMedia(JsonScan scan) {
    return scan.is(IMAGE) || scan.is(AUDIO) || scan.is(FILE);
  }

  private @Nullable Member memberOf(JsonScan scan) {
    for (Member candidate : Member.values()) {
      if (isNamed(scan, candidate.text)) {
        return candidate;
      }
    }
    return null;
  }

  /** Some providers read names without regard to case, and would take this one for the other. */
  private boolean isNamed(JsonScan scan, String name) {
    String text = scan.text();
    if (text == null || !text.equalsIgnoreCase(name)) {
      return false;
    }
    if (!text.equals(name)) {
      problem(name, "is spelled with other letters. Write \"" + name + "\".");
    }
    return true;
  }

  @Override
  public void string(JsonScan scan) {
    if (member != null && member.isText() && mediaDepth == 0) {
      textBytes += scan.length();
    }
    value(scan, scan.depth(), Kind.STRING, Span.of(scan));
  }

  @Override
  public void number(JsonScan scan) {
    value(scan, scan.depth(), Kind.NUMBER, Span.of(scan));
  }

  @Override
  public void literal(JsonScan scan, @Nullable Boolean value) {
    Kind kind = value == null ? Kind.NULL : value ? Kind.TRUE : Kind.FALSE;
    value(scan, scan.depth(), kind, Span.of(scan));
  }

  @Override
  public void open(JsonScan scan, boolean object) {
    if (scan.depth() == 1) {
      bodyStart = (int) scan.end();
    }
    if (scan.depth() < starts.length) {
      starts[scan.depth()] = (int) scan.start();
    }
  }

  @Override
  public void close(JsonScan scan) {
    int depth = scan.depth();
    if (depth <= mediaDepth) {
      mediaDepth = 0;
    }
    if (depth < starts.length) {
      Kind kind = scan.inObject(depth) ? Kind.OBJECT : Kind.ARRAY;
      value(scan, depth - 1, kind, new Span(starts[depth], (int) scan.end()));
    }
  }

  /** A whole value, in a container of the depth. */
  private void value(JsonScan scan, int depth, Kind kind, Span span) {
    if (depth == 0 && kind != Kind.OBJECT && problem == null) {
      problem = LlmError.unreadable(route, "the body is not a JSON object. Send one.");
    } else if (depth == 1 && member != null) {
      value(scan, member, kind, span);
    } else if (depth == 2 && member == Member.STREAM_OPTIONS && atIncludeUsage) {
      includeUsage = span;
      asksUsage = kind == Kind.TRUE;
    }
  }

  private void value(JsonScan scan, Member member, Kind kind, Span span) {
    switch (member) {
      case MODEL -> {
        modelSpan = span;
        model = kind == Kind.STRING ? scan.text() : null;
        if (model == null) {
          problem("model", "must be a string of at most " + JsonScan.KEPT + " bytes. Correct it.");
        }
      }
      case STREAM -> {
        stream = kind == Kind.TRUE;
        if (!stream && kind != Kind.FALSE && kind != Kind.NULL) {
          problem("stream", "must be true or false. Correct it.");
        }
      }
      case STREAM_OPTIONS -> streamOptions = span;
      case N -> bound(scan, member, kind, span);
      case MAX_TOKENS -> maxTokens = bound(scan, member, kind, span);
      case MAX_COMPLETION_TOKENS -> maxCompletionTokens = bound(scan, member, kind, span);
      default -> {}
    }
  }

  private Bound bound(JsonScan scan, Member member, Kind kind, Span span) {
    if (kind == Kind.NULL) {
      return new Bound(-1, span);
    }
    long value = kind == Kind.NUMBER ? count(scan.text()) : 0;
    if (value < 1) {
      // Some providers take 0 and less for "no bound".
      problem(member.text, "must be a whole number of at least 1. Correct it.");
    }
    return new Bound(value, span);
  }

  /** The number; 0 if it is not written as a whole one that fits. */
  private static long count(@Nullable String text) {
    if (text == null || text.length() > LONGEST_COUNT) {
      return 0;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return 0;
      }
    }
    return Long.parseLong(text);
  }

  private void problem(String param, String what) {
    if (problem == null) {
      problem = LlmError.invalidValue(route, param, param + " " + what);
    }
  }
}
