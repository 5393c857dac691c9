package dev.weir.proxy.llm;

import dev.weir.protocol.Snapshot.ProviderType;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/** A call as its provider gets it. */
final class ProviderRequest {
  private ProviderRequest() {}

  /** The body with the provider's name for the model and the bound that the model has. */
  static ByteBuf body(ChatRequest chat, Backends.Backend backend) {
    String model = backend.model().providerModel();
    Long most = backend.model().maxOutputTokens();
    if (most == null) {
      return chat.forProvider(model, null, 0);
    }
    boolean openAi = backend.provider().type() == ProviderType.OPEN_AI;
    return chat.forProvider(
        model, openAi ? ChatReader.MAX_COMPLETION : ChatReader.MAX_TOKENS, most);
  }

  /** The request, with what may pass of the client's header fields. */
  static FullHttpRequest of(Backends.Backend backend, HttpHeaders client, ByteBuf body) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, backend.path(), body);
    HttpHeaders headers = request.headers();
    headers.set(HttpHeaderNames.HOST, backend.endpoint().authority());
    ProviderFields.copyRequest(client, headers);
    if (!headers.contains(HttpHeaderNames.CONTENT_TYPE)) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    }
    headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
    if (backend.key() != null) {
      headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + backend.key());
    }
    headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
    return request;
  }
}
