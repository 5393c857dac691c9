package dev.weir.e2e.sdk;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientImpl;
import com.openai.client.okhttp.OkHttpClient;
import com.openai.core.ClientOptions;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** OpenAI's SDK for Java. */
public record JavaSdk(String baseUrl, String key) implements Sdk {
  @Override
  public Outcome call(Kind kind, String model, String question) {
    CountingHttpClient http = new CountingHttpClient(OkHttpClient.builder().build());
    OpenAIClient client =
        new OpenAIClientImpl(
            ClientOptions.builder().httpClient(http).baseUrl(baseUrl).apiKey(key).build());
    ChatCompletionCreateParams.Builder request =
        ChatCompletionCreateParams.builder().model(model).addUserMessage(question);
    try {
      return switch (kind) {
        case PLAIN -> completion(client, http, request);
        case TOOLS -> completion(client, http, request.addTool(weather()));
        case STREAM -> stream(client, http, request);
        case TOOLS_STREAM -> stream(client, http, request.addTool(weather()));
        case STREAM_USAGE ->
            stream(
                client,
                http,
                request.streamOptions(
                    ChatCompletionStreamOptions.builder().includeUsage(true).build()));
        case MODELS ->
            answer(
                http,
                client.models().list().autoPager().stream()
                    .map(Model::id)
                    .sorted()
                    .collect(Collectors.joining(" ")));
        case EMBEDDINGS ->
            answer(
                http,
                client
                        .embeddings()
                        .create(
                            EmbeddingCreateParams.builder().model(model).input(question).build())
                        .data()
                        .size()
                    + " embeddings");
      };
    } catch (OpenAIServiceException e) {
      return new Outcome(
          http.attempts(),
          e.statusCode(),
          e.code().orElse(null),
          e.type().orElse(null),
          String.valueOf(e.getMessage()),
          "",
          0,
          0);
    } finally {
      client.close();
    }
  }

  @Override
  public Sdk withKey(String other) {
    return new JavaSdk(baseUrl, other);
  }

  @Override
  public String toString() {
    return "Java";
  }

  private static Outcome answer(CountingHttpClient http, String text) {
    return new Outcome(http.attempts(), 200, null, null, text, "", 0, 0);
  }

  private static Outcome completion(
      OpenAIClient client, CountingHttpClient http, ChatCompletionCreateParams.Builder request) {
    ChatCompletion answer = client.chat().completions().create(request.build());
    var message = answer.choices().getFirst().message();
    String text =
        message
            .content()
            .orElseGet(
                () -> {
                  var call = message.toolCalls().orElseThrow().getFirst().asFunction().function();
                  return call.name() + "(" + call.arguments() + ")";
                });
    long tokens = answer.usage().map(CompletionUsage::totalTokens).orElse(0L);
    return new Outcome(http.attempts(), 200, null, null, text, answer.model(), tokens, 0);
  }

  private static Outcome stream(
      OpenAIClient client, CountingHttpClient http, ChatCompletionCreateParams.Builder request) {
    List<ChatCompletionChunk> chunks;
    try (StreamResponse<ChatCompletionChunk> response =
        client.chat().completions().createStreaming(request.build())) {
      chunks = response.stream().toList();
    }
    StringBuilder text = new StringBuilder();
    for (ChatCompletionChunk chunk : chunks) {
      chunk.choices().stream().limit(1).forEach(choice -> append(choice, text));
    }
    long tokens =
        chunks.stream()
            .mapToLong(c -> c.usage().map(CompletionUsage::totalTokens).orElse(0L))
            .sum();
    long empty = chunks.stream().filter(chunk -> chunk.choices().isEmpty()).count();
    return new Outcome(
        http.attempts(),
        200,
        null,
        null,
        text.toString(),
        chunks.getLast().model(),
        tokens,
        Math.toIntExact(empty));
  }

  private static void append(ChatCompletionChunk.Choice choice, StringBuilder text) {
    choice.delta().content().ifPresent(text::append);
    choice
        .delta()
        .toolCalls()
        .flatMap(calls -> calls.getFirst().function())
        .ifPresent(
            call -> {
              call.name().ifPresent(name -> text.append(name).append('('));
              call.arguments().ifPresent(text::append);
            });
    if (choice
        .finishReason()
        .filter(ChatCompletionChunk.Choice.FinishReason.TOOL_CALLS::equals)
        .isPresent()) {
      text.append(')');
    }
  }

  private static ChatCompletionFunctionTool weather() {
    return ChatCompletionFunctionTool.builder()
        .function(
            FunctionDefinition.builder()
                .name("get_weather")
                .parameters(
                    FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty(
                            "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .build())
                .build())
        .build();
  }
}
