package dev.weir.demo;

/** Writes one JSON object, member by member. (NOT thread safe) */
final class Json {
  private final StringBuilder text = new StringBuilder("{");

  Json text(String name, String value) {
    member(name);
    quote(value);
    return this;
  }

  Json number(String name, long value) {
    member(name).append(value);
    return this;
  }

  Json object(String name, Json value) {
    member(name).append(value);
    return this;
  }

  @Override
  public String toString() {
    return text + "}";
  }

  private StringBuilder member(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(name);
    return text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
