package dev.weir.proxy.llm;

import dev.weir.protocol.Snapshot;
import dev.weir.proxy.inbound.Head;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a route serves, by method and path. */
sealed interface Served {

  /** A chat completion. */
  record Chat() implements Served {}

  /** The list of models. */
  record Models() implements Served {}

  /** One model, by the name that the client gave. */
  record OneModel(String name) implements Served {

    /** The answer; null if there is no such model. */
    byte @Nullable [] answer(Snapshot.Route route) {
      Snapshot.Model model = ModelList.find(route, name);
      return model == null ? null : ModelList.one(name, model);
    }
  }

  String CHAT_PATH = "/v1/chat/completions";
  String MODELS_PATH = "/v1/models";

  /** What a request asks for; null for what is not served. */
  static @Nullable Served of(Head head) {
    String path = head.path();
    if (head.method().equals(HttpMethod.POST)) {
      return path.equals(CHAT_PATH) ? new Chat() : null;
    }
    if (!head.method().equals(HttpMethod.GET) || !path.startsWith(MODELS_PATH)) {
      return null;
    }
    String rest = path.substring(MODELS_PATH.length());
    if (rest.isEmpty()) {
      return new Models();
    }
    return rest.length() > 1 && rest.charAt(0) == '/'
        ? new OneModel(decoded(rest.substring(1)))
        : null;
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Names no model then.
      return segment;
    }
  }
}
