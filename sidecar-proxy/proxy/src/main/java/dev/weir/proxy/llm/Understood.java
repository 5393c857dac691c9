package dev.weir.proxy.llm;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** What the body of a call turned out to be. */
sealed interface Understood {

  /** Nothing that can be asked of a provider. */
  record Refused(LlmError error, CallEnding ending) implements Understood {}

  /**
   * A call that can go to a provider.
   *
   * @param body for the provider; {@code asked} does not hold on to it, since an answer may take
   *     minutes and the heap is small
   */
  record Ready(Asked asked, ByteBuf body) implements Understood {}

  /**
   * What is to be known of a call until its end.
   *
   * @param streamed whether the answer is to be a stream
   * @param asksUsage whether the client asked for the event with the usage
   * @param textBytes of the question, for the estimate
   */
  record Asked(Backends.Backend backend, boolean streamed, boolean asksUsage, long textBytes) {}

  /** Reads a body. */
  static Understood of(Backends backends, byte[] body) {
    String route = backends.rules().route().name();
    return switch (ChatRequest.parse(route, body)) {
      case LlmError error -> new Refused(error, CallEnding.REFUSED);
      case ChatRequest chat -> of(backends, route, chat);
    };
  }

  private static Understood of(Backends backends, String route, ChatRequest chat) {
    Backends.Backend backend = backends.find(chat.model());
    if (backend == null) {
      List<String> names = ModelList.names(backends.rules().route());
      return new Refused(LlmError.modelNotFound(route, chat.model(), names), CallEnding.REFUSED);
    }
    LlmError error = chat.check(route, backend.model());
    if (error != null) {
      return new Refused(error, CallEnding.REFUSED);
    }
    if (backend.key() == null && backend.provider().authenticated()) {
      return new Refused(
          LlmError.keyMissing(route, backend.provider().name()), CallEnding.NOT_READY);
    }
    return new Ready(
        new Asked(backend, chat.stream(), chat.asksUsage(), chat.textBytes()),
        ProviderRequest.body(chat, backend));
  }
}
