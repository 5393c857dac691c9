package dev.weir.proxy.policy;

import dev.weir.protocol.Snapshot.KeyPart;
import dev.weir.protocol.Snapshot.KeySource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of a limit's key for a request, as people can read it in the store: parts joined by
 * {@code |}, with {@code %} and {@code |} inside of them percent-encoded, so that different parts
 * never give the same text. A missing part is {@code %-}, which no value gives.
 */
final class KeyText {
  private static final String MISSING = "%-";

  private final List<KeyPart> parts;

  KeyText(List<KeyPart> parts) {
    this.parts = List.copyOf(parts);
  }

  boolean usesPath() {
    return parts.stream().anyMatch(part -> part.source() == KeySource.PATH);
  }

  /** The first part that the request lacks, or null. */
  @Nullable KeyPart missing(Request request) {
    for (KeyPart part : parts) {
      if (value(part, request) == null) {
        return part;
      }
    }
    return null;
  }

  /** The key's value; empty for a key without parts. */
  String of(Request request) {
    if (parts.isEmpty()) {
      return "";
    }
    if (parts.size() == 1) {
      return escaped(value(parts.getFirst(), request));
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        text.append('|');
      }
      text.append(escaped(value(parts.get(i), request)));
    }
    return text.toString();
  }

  private static String escaped(@Nullable String value) {
    if (value == null) {
      return MISSING;
    }
    return value.indexOf('%') < 0 && value.indexOf('|') < 0
        ? value
        : value.replace("%", "%25").replace("|", "%7C");
  }

  private static @Nullable String value(KeyPart part, Request request) {
    String name = part.name() == null ? "" : part.name();
    return switch (part.source()) {
      case METHOD -> request.method();
      case PATH -> request.path();
      case QUERY -> QueryText.parameter(request.query(), name);
      case HEADER -> header(request, name);
    };
  }

  /** Several fields of one name are one list (RFC 9110 section 5.3). */
  private static @Nullable String header(Request request, String name) {
    List<String> values = request.headers().getAll(name);
    return switch (values.size()) {
      case 0 -> null;
      case 1 -> values.getFirst();
      default -> String.join(", ", values);
    };
  }
}
