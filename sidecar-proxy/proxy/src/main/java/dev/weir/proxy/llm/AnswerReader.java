package dev.weir.proxy.llm;

import dev.weir.proxy.policy.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * Picks out of one chat completion, or one chunk of it, what it says of its use, and how much text
 * it holds. (NOT thread safe.)
 */
final class AnswerReader implements JsonScan.Listener {
  /** JSON numbers beyond are not exact everywhere; nobody uses so many tokens. */
  static final long MAX_TOKENS = 1L << 53;

  /** Where in an answer the reader is. */
  private enum Place {
    ELSEWHERE,
    ROOT,
    USAGE,
    INPUT,
    OUTPUT,
    TOTAL,
    INPUT_DETAILS,
    CACHED,
    OUTPUT_DETAILS,
    REASONING,
    CHOICES,
    CHOICE,
    MESSAGE,
    CALLS,
    CALL,
    FUNCTION,
    TEXT,
    ERROR,
    OBJECT
  }

  private static final class Member {
    private final byte[] name;
    private final Place place;

    Member(String name, Place place) {
      this.name = JsonScan.ascii(name);
      this.place = place;
    }
  }

  private static final Member[] NONE = {};
  private static final Member[] ROOT = {
    new Member("usage", Place.USAGE),
    new Member("choices", Place.CHOICES),
    new Member("error", Place.ERROR),
    new Member("object", Place.OBJECT)
  };
  private static final Member[] USAGE = {
    new Member("prompt_tokens", Place.INPUT),
    new Member("completion_tokens", Place.OUTPUT),
    new Member("total_tokens", Place.TOTAL),
    new Member("prompt_tokens_details", Place.INPUT_DETAILS),
    new Member("completion_tokens_details", Place.OUTPUT_DETAILS)
  };
  private static final Member[] INPUT_DETAILS = {new Member("cached_tokens", Place.CACHED)};
  private static final Member[] OUTPUT_DETAILS = {new Member("reasoning_tokens", Place.REASONING)};
  private static final Member[] CHOICE = {
    new Member("delta", Place.MESSAGE), new Member("message", Place.MESSAGE)
  };
  private static final Member[] MESSAGE = {
    new Member("content", Place.TEXT),
    new Member("refusal", Place.TEXT),
    new Member("reasoning_content", Place.TEXT),
    new Member("reasoning", Place.TEXT),
    new Member("tool_calls", Place.CALLS),
    new Member("function_call", Place.FUNCTION)
  };
  private static final Member[] CALL = {
    new Member("function", Place.FUNCTION), new Member("custom", Place.FUNCTION)
  };
  private static final Member[] FUNCTION = {
    new Member("name", Place.TEXT),
    new Member("arguments", Place.TEXT),
    new Member("input", Place.TEXT)
  };
  private static final byte[] ERROR_OBJECT = JsonScan.ascii("error");

  private final JsonScan scan = new JsonScan(this);
  private final Place[] places = new Place[JsonScan.MAX_DEPTH + 1];
  private Place next = Place.ROOT;
  private boolean usage;
  private boolean inUsage;
  private boolean noChoices;
  private boolean error;
  private long textBytes;
  private long input;
  private long output;
  private long total;
  private long cached;
  private long reasoning;

  /** Begins with another answer. */
  void reset() {
    scan.reset();
    next = Place.ROOT;
    usage = false;
    inUsage = false;
    noChoices = false;
    error = false;
    textBytes = 0;
    forget();
  }

  /** The parser to be fed. */
  JsonScan scan() {
    return scan;
  }

  /** What the answer says that it used; null if it says nothing or only zeros. */
  @Nullable Tokens tokens() {
    if (!usage || inUsage || (input <= 0 && output <= 0 && total <= 0)) {
      return null;
    }
    long out = Math.max(0, output);
    long in = input >= 0 ? input : Math.max(0, total - out);
    // Some leave reasoning out of completion_tokens, and have it in the total only.
    out = Math.max(out, total - in);
    return new Tokens(
        in, Math.min(Math.max(0, cached), in), out, Math.min(Math.max(0, reasoning), out));
  }

  /** Whether there is nothing in it but usage: no choices, and no error. */
  boolean isUsageOnly() {
    return usage && noChoices && !error;
  }

  /** Whether it is an error. */
  boolean isError() {
    return error;
  }

  /** Generated text in bytes of UTF-8. */
  long textBytes() {
    return textBytes;
  }

  @Override
  public void name(JsonScan scan) {
    next = Place.ELSEWHERE;
    Place place = places[scan.depth()];
    if (place == Place.TEXT) {
      next = Place.TEXT;
      return;
    }
    for (Member member : members(place)) {
      if (scan.is(member.name)) {
        next = member.place;
        return;
      }
    }
  }

  private static Member[] members(Place place) {
    return switch (place) {
      case ROOT -> ROOT;
      case USAGE -> USAGE;
      case INPUT_DETAILS -> INPUT_DETAILS;
      case OUTPUT_DETAILS -> OUTPUT_DETAILS;
      case CHOICE -> CHOICE;
      case MESSAGE -> MESSAGE;
      case CALL -> CALL;
      case FUNCTION -> FUNCTION;
      default -> NONE;
    };
  }

  @Override
  public void string(JsonScan scan) {
    switch (place(scan)) {
      case TEXT -> textBytes += scan.length();
      case ERROR -> error = true;
      case OBJECT -> error |= scan.is(ERROR_OBJECT);
      default -> {}
    }
  }

  @Override
  public void number(JsonScan scan) {
    switch (place(scan)) {
      case INPUT -> input = value(scan);
      case OUTPUT -> output = value(scan);
      case TOTAL -> total = value(scan);
      case CACHED -> cached = value(scan);
      case REASONING -> reasoning = value(scan);
      case ERROR -> error = true;
      default -> {}
    }
  }

  @Override
  public void literal(JsonScan scan, @Nullable Boolean value) {
    if (place(scan) == Place.ERROR && Boolean.TRUE.equals(value)) {
      error = true;
    }
  }

  @Override
  public void open(JsonScan scan, boolean object) {
    Place place = scan.depth() == 1 ? Place.ROOT : placeIn(scan.depth() - 1);
    if (object) {
      if (place == Place.USAGE) {
        usage = true;
        inUsage = true;
        forget();
      } else if (place == Place.ERROR) {
        error = true;
      }
    } else if (place == Place.CHOICES) {
      noChoices = true;
    }
    places[scan.depth()] = object || isList(place) ? place : Place.ELSEWHERE;
    next = Place.ELSEWHERE;
  }

  @Override
  public void close(JsonScan scan) {
    if (places[scan.depth()] == Place.USAGE) {
      inUsage = false;
    }
  }

  /** The place of a scalar. */
  private Place place(JsonScan scan) {
    return scan.depth() == 0 ? Place.ELSEWHERE : placeIn(scan.depth());
  }

  /** The place of a value in the container at a depth. */
  private Place placeIn(int depth) {
    Place container = places[depth];
    if (scan.inObject(depth)) {
      return next;
    }
    return switch (container) {
      case CHOICES -> {
        noChoices = false;
        yield Place.CHOICE;
      }
      case CALLS -> Place.CALL;
      case TEXT -> Place.TEXT;
      default -> Place.ELSEWHERE;
    };
  }

  private static boolean isList(Place place) {
    return place == Place.CHOICES || place == Place.CALLS || place == Place.TEXT;
  }

  private void forget() {
    input = -1;
    output = -1;
    total = -1;
    cached = -1;
    reasoning = -1;
  }

  private static long value(JsonScan scan) {
    String text = scan.text();
    if (text == null) {
      return -1;
    }
    // Some write 12.0; a double is exact up to the bound.
    return (long) Math.min(Math.max(0, Double.parseDouble(text)), MAX_TOKENS);
  }
}
