package dev.weir.proxy.llm;

/** Bytes of a body, from the first to before the last. */
record Span(int from, int to) {
  static Span of(JsonScan scan) {
    return new Span((int) scan.start(), (int) scan.end());
  }
}
