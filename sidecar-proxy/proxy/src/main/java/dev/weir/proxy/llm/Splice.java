package dev.weir.proxy.llm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A copy of a body with some spans replaced. (NOT thread safe.) */
final class Splice {
  private static final class Edit {
    private final Span span;
    private final byte[] text;

    Edit(Span span, byte[] text) {
      this.span = span;
      this.text = text;
    }
  }

  private final byte[] body;
  private final List<Edit> edits = new ArrayList<>(4);

  Splice(byte[] body) {
    this.body = body;
  }

  void replace(Span span, String text) {
    edits.add(new Edit(span, text.getBytes(StandardCharsets.UTF_8)));
  }

  void insert(int at, String text) {
    replace(new Span(at, at), text);
  }

  byte[] result() {
    edits.sort(Comparator.comparingInt(edit -> edit.span.from()));
    int length = body.length;
    for (Edit edit : edits) {
      length += edit.text.length - (edit.span.to() - edit.span.from());
    }
    byte[] result = new byte[length];
    int from = 0;
    int to = 0;
    for (Edit edit : edits) {
      int kept = edit.span.from() - from;
      System.arraycopy(body, from, result, to, kept);
      System.arraycopy(edit.text, 0, result, to + kept, edit.text.length);
      from = edit.span.to();
      to += kept + edit.text.length;
    }
    System.arraycopy(body, from, result, to, body.length - from);
    return result;
  }
}
