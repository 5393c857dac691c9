package dev.weir.proxy.llm;

import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.ProviderType;
import dev.weir.proxy.upstream.Endpoint;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call as its provider gets it. */
final class ProviderRequest {
  private static final String CHAT = "/chat/completions";

  private ProviderRequest() {}

  /** The body with the provider's name for the model and the bound that the model has. */
  static ByteBuf body(ChatRequest chat, Snapshot.Model model, Snapshot.Provider provider) {
    Long most = model.maxOutputTokens();
    String field = provider.type() == ProviderType.OPEN_AI ? "max_completion_tokens" : "max_tokens";
    return most == null
        ? chat.forProvider(model.providerModel(), null, 0)
        : chat.forProvider(model.providerModel(), field, most);
  }

  /** The request, with what may pass of the client's header fields. */
  static FullHttpRequest of(
      Snapshot.Provider provider,
      Endpoint endpoint,
      @Nullable String key,
      HttpHeaders client,
      ByteBuf body) {
    String base = Objects.requireNonNullElse(URI.create(provider.baseUrl()).getRawPath(), "");
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, base + CHAT, body);
    HttpHeaders headers = request.headers();
    headers.set(HttpHeaderNames.HOST, endpoint.authority());
    ProviderFields.copyRequest(client, headers);
    if (!headers.contains(HttpHeaderNames.CONTENT_TYPE)) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    }
    headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
    if (key != null) {
      headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + key);
    }
    headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
    return request;
  }
}
