package dev.weir.proxy.llm;

import dev.weir.protocol.Snapshot;
import dev.weir.proxy.policy.RouteRules;
import dev.weir.proxy.upstream.Endpoint;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

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
   * @param key null where the provider needs none
   * @param streamed whether the answer is to be a stream
   * @param asksUsage whether the client asked for the event with the usage
   * @param textBytes of the question, for the estimate
   */
  record Asked(
      Snapshot.Model model,
      Snapshot.Provider provider,
      @Nullable String key,
      boolean streamed,
      boolean asksUsage,
      long textBytes) {

    Endpoint endpoint() {
      return Endpoint.of(provider.baseUrl());
    }

    FullHttpRequest request(HttpHeaders client, ByteBuf body) {
      return ProviderRequest.of(provider, endpoint(), key, client, body);
    }

    /** Hides the key. */
    @Override
    public String toString() {
      return "Asked[" + model.name() + " of " + provider.name() + "]";
    }
  }

  /** Reads a body. */
  static Understood of(RouteRules rules, byte[] body) {
    Snapshot.Route route = rules.route();
    return switch (ChatRequest.parse(route.name(), body)) {
      case LlmError error -> new Refused(error, CallEnding.REFUSED);
      case ChatRequest chat -> of(rules, route, chat);
    };
  }

  private static Understood of(RouteRules rules, Snapshot.Route route, ChatRequest chat) {
    Snapshot.Model model = ModelList.find(route, chat.model());
    if (model == null) {
      return new Refused(
          LlmError.modelNotFound(route.name(), chat.model(), ModelList.names(route)),
          CallEnding.REFUSED);
    }
    LlmError error = chat.check(route.name(), model);
    if (error != null) {
      return new Refused(error, CallEnding.REFUSED);
    }
    Snapshot.Provider provider = provider(route, model.provider());
    String key = rules.providerKey(provider);
    if (key == null && provider.authenticated()) {
      return new Refused(LlmError.keyMissing(route.name(), provider.name()), CallEnding.NOT_READY);
    }
    return new Ready(
        new Asked(model, provider, key, chat.stream(), chat.asksUsage(), chat.textBytes()),
        ProviderRequest.body(chat, model, provider));
  }

  private static Snapshot.Provider provider(Snapshot.Route route, String name) {
    for (Snapshot.Provider provider : route.providers()) {
      if (provider.name().equals(name)) {
        return provider;
      }
    }
    throw new IllegalStateException("a snapshot whose model has no provider was not refused");
  }
}
