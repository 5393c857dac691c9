package dev.weir.proxy.llm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A body with some spans replaced. (NOT thread safe.) */
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

  /** Shares the body, which may be millions of bytes, and so must not be changed. */
  ByteBuf result() {
    edits.sort(Comparator.comparingInt(edit -> edit.span.from()));
    ByteBuf[] parts = new ByteBuf[2 * edits.size() + 1];
    int from = 0;
    int at = 0;
    for (Edit edit : edits) {
      parts[at++] = Unpooled.wrappedBuffer(body, from, edit.span.from() - from);
      parts[at++] = Unpooled.wrappedBuffer(edit.text);
      from = edit.span.to();
    }
    parts[at] = Unpooled.wrappedBuffer(body, from, body.length - from);
    return Unpooled.wrappedBuffer(parts.length, parts);
  }
}
