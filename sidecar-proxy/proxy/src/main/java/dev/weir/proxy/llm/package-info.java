/**
 * What an LLM route reads and writes: chat requests, streams of server-sent events, usage, errors
 * and lists of models, all in OpenAI's dialect. The readers are push parsers in bounded memory;
 * they run on the event loop of the call that they belong to. What connects them to sockets lives
 * here too; policies, counters and the choice of who may call do not.
 */
@NullMarked
package dev.weir.proxy.llm;

import org.jspecify.annotations.NullMarked;
