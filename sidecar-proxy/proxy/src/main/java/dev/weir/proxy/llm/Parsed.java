package dev.weir.proxy.llm;

/** What a body turned out to be: a chat request, or the answer to what is none. */
public sealed interface Parsed permits ChatRequest, LlmError {}
