package dev.weir.limits;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The names of all keys of one namespace. Each begins with {@code weir:{<namespace>}:}, so that
 * they live on one shard.
 */
final class KeyNames {

  private static final int READABLE_BYTES = 128;

  private final String prefix;

  KeyNames(String namespace) {
    if (namespace.isEmpty()) {
      throw new IllegalArgumentException("namespace is empty: an empty hash tag is none");
    }
    this.prefix = "weir:{" + escaped(namespace) + "}:";
  }

  /** The name of a holder that there was never before. */
  static String newHolder() {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** Sequence of a holder's last call. */
  String holder(String holder) {
    return prefix + "h:" + holder;
  }

  /** When this partition's counters began; another value means that they were lost. */
  String incarnation() {
    return prefix + "incarnation";
  }

  /** Hash of one subject's counter. */
  String counter(Charge charge) {
    String kind = charge.counter().spec() instanceof LimitSpec.TokenBucket ? "b:" : "w:";
    return prefix + kind + escaped(charge.counter().id()) + ":" + subject(charge.subject());
  }

  /**
   * What the index's keys of a counter begin with. The period's start (microseconds) follows: that
   * is a ZSET of subjects by what they used; {@code <start>:sum} is what all used.
   */
  String index(String counterId) {
    return prefix + "i:" + escaped(counterId) + ":";
  }

  private static String subject(String subject) {
    String escaped = escaped(subject);
    byte[] bytes = escaped.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= READABLE_BYTES) {
      return escaped;
    }
    try {
      // '#' begins nothing else: a subject's own is escaped.
      return "#" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Escapes what would end a part of a name, what can't be seen and what UTF-8 can't say. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c >= 0xD800 && c <= 0xDFFF) {
        out.append("%u").append(HexFormat.of().toHexDigits((char) c));
      } else if (c <= 0x20 || c == 0x7F || "%:{}#".indexOf(c) >= 0) {
        out.append('%').append(HexFormat.of().toHexDigits((byte) c));
      } else {
        out.appendCodePoint(c);
      }
    }
    return out.toString();
  }
}
