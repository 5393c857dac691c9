package dev.weir.proxy.llm;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.weir.protocol.Snapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/chat/completions}: what the sidecar must know of it, and the body for
 * the provider. What it need not know it leaves as it is, byte for byte; what it must know has to
 * have one reading only, so that the provider cannot read another model or limit than was checked.
 * Immutable, if nobody changes the body; thread-safe.
 */
public final class ChatRequest implements Parsed {
  /**
   * Bytes of text that at least go into a token, on the average of a long text; rather too many.
   */
  private static final long BYTES_PER_TOKEN = 6;

  private final byte[] body;
  private final ChatReader read;

  private ChatRequest(byte[] body, ChatReader read) {
    this.body = body;
    this.read = read;
  }

  /**
   * Reads a body.
   *
   * @param route name of the LlmRoute, for messages
   * @param body is kept, and must not be changed
   * @return the request, or an error with status 400
   */
  public static Parsed parse(String route, byte[] body) {
    if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(body), StandardCharsets.UTF_8)) {
      return LlmError.unreadable(route, "the body is not UTF-8. Send JSON in UTF-8.");
    }
    ChatReader reader = new ChatReader(route);
    JsonScan scan = new JsonScan(reader);
    scan.feed(body, 0, body.length);
    if (!scan.finish()) {
      return LlmError.unreadable(route, why(scan));
    }
    LlmError problem = reader.problem();
    return problem == null ? new ChatRequest(body, reader) : problem;
  }

  private static String why(JsonScan scan) {
    String near = " (near byte " + scan.offset() + ")";
    return switch (scan.failure()) {
      case DEPTH ->
          "the body has more than " + JsonScan.MAX_DEPTH + " levels" + near + ". Nest it less.";
      case NUMBER ->
          "the body has a number of more than "
              + JsonScan.MAX_NUMBER
              + " digits"
              + near
              + ". Shorten it.";
      case null, default ->
          "the body is not JSON"
              + near
              + ". Send one JSON object in UTF-8 without byte order mark.";
    };
  }

  /** The model as the client named it. */
  public String model() {
    return read.model();
  }

  /** Whether the answer is to be streamed. */
  public boolean stream() {
    return read.stream();
  }

  /** Whether the client asked for the event with the usage; only for streamed answers. */
  public boolean asksUsage() {
    return read.asksUsage();
  }

  /**
   * The most tokens that one choice of the answer may have: of {@code max_completion_tokens} and
   * {@code max_tokens} the greater, since providers differ in which they heed; -1 if neither is
   * set. For n choices it is not multiplied, as the bounds of a model hold for each.
   */
  public long askedOutput() {
    return Math.max(read.maxTokens().value(), read.maxCompletionTokens().value());
  }

  /**
   * Text that goes to the model, in bytes of UTF-8: all strings in messages, tools, functions,
   * response_format and prediction, but for images, audio and files. For {@link Estimate}.
   */
  public long textBytes() {
    return read.textBytes();
  }

  /** Why the model cannot serve the request; null if it can. */
  public @Nullable LlmError check(String route, Snapshot.Model model) {
    long asked = askedOutput();
    boolean older = read.maxTokens().value() == asked;
    String param = asked < 0 ? null : older ? ChatReader.MAX_TOKENS : ChatReader.MAX_COMPLETION;
    Long most = model.maxOutputTokens();
    if (most != null && param != null && asked > most) {
      return LlmError.invalidValue(
          route,
          param,
          param
              + " is "
              + asked
              + ", and the model \""
              + model.name()
              + "\" writes at most "
              + most
              + " tokens. Ask for fewer.");
    }
    Long window = model.contextWindow();
    if (window == null) {
      return null;
    }
    long output = Math.max(0, asked);
    String holds = "the model \"" + model.name() + "\" holds " + window + " tokens";
    if (param != null && output > window) {
      return LlmError.contextLength(
          route, param, param + " is " + output + ", and " + holds + ". Ask for fewer.");
    }
    // Not near the bound: only the provider counts exactly.
    if (textBytes() / BYTES_PER_TOKEN > window - output) {
      return LlmError.contextLength(
          route,
          "messages",
          holds
              + (output == 0 ? "" : ", " + output + " of them asked for the answer")
              + "; the request has "
              + textBytes()
              + " bytes of text, which is more than that in any language. Shorten the messages.");
    }
    return null;
  }

  /**
   * The body for a provider.
   *
   * @param providerModel its name for the model
   * @param outputField its name for the bound of the answer, {@code max_tokens} or {@code
   *     max_completion_tokens}, which is set if the client set neither; null to leave that alone
   * @param outputCap tokens for it
   * @return shares the body; usage is asked for if the answer is streamed
   */
  public ByteBuf forProvider(String providerModel, @Nullable String outputField, long outputCap) {
    Splice splice = new Splice(body);
    splice.replace(read.modelSpan(), '"' + escaped(providerModel) + '"');
    StringBuilder added = new StringBuilder();
    if (stream()) {
      askForUsage(splice, added);
    }
    if (outputField != null && askedOutput() < 0) {
      Span there =
          outputField.equals(ChatReader.MAX_TOKENS)
              ? read.maxTokens().span()
              : read.maxCompletionTokens().span();
      if (there != null) {
        splice.replace(there, Long.toString(outputCap));
      } else {
        added.append('"').append(outputField).append("\":").append(outputCap).append(',');
      }
    }
    splice.insert(read.bodyStart(), added.toString());
    return splice.result();
  }

  private void askForUsage(Splice splice, StringBuilder added) {
    Span options = read.streamOptions();
    Span usage = read.includeUsage();
    if (usage != null) {
      splice.replace(usage, "true");
    } else if (options == null) {
      added.append("\"stream_options\":{\"include_usage\":true},");
    } else if (read.hasOptions()) {
      splice.insert(options.from() + 1, "\"include_usage\":true,");
    } else {
      splice.replace(options, "{\"include_usage\":true}");
    }
  }

  private static String escaped(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }
}
