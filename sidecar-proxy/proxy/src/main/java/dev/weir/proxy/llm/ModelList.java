package dev.weir.proxy.llm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.protocol.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The models of a route, by each of their names. */
public final class ModelList {
  private static final JsonFactory JSON = new JsonFactory();

  private ModelList() {}

  /** The model of this name or alias; null if there is none. */
  public static Snapshot.@Nullable Model find(Snapshot.Route route, String name) {
    for (Snapshot.Model model : route.models()) {
      if (model.name().equals(name)) {
        return model;
      }
    }
    for (Snapshot.Model model : route.models()) {
      if (model.aliases().contains(name)) {
        return model;
      }
    }
    return null;
  }

  /** Names and aliases in their order. */
  public static List<String> names(Snapshot.Route route) {
    List<String> names = new ArrayList<>();
    for (Snapshot.Model model : route.models()) {
      names.add(model.name());
      names.addAll(model.aliases());
    }
    return names;
  }

  /** The body of {@code GET /v1/models} in UTF-8. */
  public static byte[] list(Snapshot.Route route) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("object", "list");
      json.writeArrayFieldStart("data");
      for (Snapshot.Model model : route.models()) {
        write(json, model.name(), model);
        for (String alias : model.aliases()) {
          write(json, alias, model);
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  /**
   * The body of {@code GET /v1/models/{name}} in UTF-8.
   *
   * @param name as the client asked, a name or an alias of the model
   */
  public static byte[] one(String name, Snapshot.Model model) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      write(json, name, model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, String id, Snapshot.Model model)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", id);
    json.writeStringField("object", "model");
    // SDKs want a time, and nobody knows one.
    json.writeNumberField("created", 0);
    json.writeStringField("owned_by", model.provider());
    if (model.contextWindow() != null) {
      json.writeNumberField("context_window", model.contextWindow());
    }
    if (model.maxOutputTokens() != null) {
      json.writeNumberField("max_output_tokens", model.maxOutputTokens());
    }
    json.writeEndObject();
  }
}
