package dev.weir.proxy.config;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.FromSidecar;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON of the stream's frames. Thread-safe. */
final class Frames {
  private static final int LONGEST_ERROR = 500;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // Else a primitive that an older operator does not know would read as 0.
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  static {
    // A list that an older operator does not know is empty.
    JsonSetter.Value empty = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
    JSON.configOverride(List.class).setSetterInfo(empty);
    JSON.configOverride(Map.class).setSetterInfo(empty);
  }

  private static final ObjectReader UPDATE = JSON.readerFor(FromOperator.Update.class);
  private static final ObjectWriter TO_OPERATOR = JSON.writerFor(FromSidecar.class);
  private static final ObjectWriter STORED = JSON.writerFor(FromOperator.class);

  private Frames() {}

  /**
   * Reads any JSON.
   *
   * @throws RefusedException if it is none
   */
  static JsonNode tree(String text) throws RefusedException {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new RefusedException("the frame is not JSON: " + e.getClass().getSimpleName());
    }
  }

  /** Whether this is a snapshot; anything else may come from a newer operator and is left alone. */
  static boolean isUpdate(JsonNode frame) {
    return frame.path("type").asText().equals("snapshot");
  }

  /**
   * Reads a snapshot with all that must be there.
   *
   * @throws RefusedException naming the member that is missing or not understood
   */
  static FromOperator.Update update(JsonNode frame) throws RefusedException {
    require(frame.path("revision").asText(), "revision");
    require(frame.path("nonce").asText(), "nonce");
    FromOperator.Update update;
    try {
      update = UPDATE.readValue(frame);
    } catch (JsonMappingException e) {
      throw new RefusedException(describe(e));
    } catch (IOException | RuntimeException e) {
      throw new RefusedException("the frame is not understood: " + e.getClass().getSimpleName());
    }
    require(update.snapshot(), "snapshot");
    require(update.secrets(), "secrets");
    require(update.snapshot().workload(), "snapshot.workload");
    require(update.snapshot().namespace(), "snapshot.namespace");
    require(update.snapshot().store(), "snapshot.store");
    if (update.snapshot().heartbeatMillis() < 100) {
      throw new RefusedException("snapshot.heartbeatMillis must be at least 100");
    }
    return update;
  }

  static String write(FromSidecar frame) {
    return write(TO_OPERATOR, frame);
  }

  /** The form in which a snapshot came and is stored. */
  static String write(FromOperator frame) {
    return write(STORED, frame);
  }

  private static String write(ObjectWriter writer, Object frame) {
    try {
      return writer.writeValueAsString(frame);
    } catch (JacksonException e) {
      throw new IllegalStateException("A record could not be written as JSON", e);
    }
  }

  private static void require(@Nullable Object value, String member) throws RefusedException {
    if (value == null || value.equals("")) {
      throw new RefusedException(member + " is missing");
    }
  }

  private static String describe(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    if (path.toString().startsWith("secrets")) {
      // Neither the value nor the member's name, which may be an API key's hash.
      return "secrets are not understood: " + e.getClass().getSimpleName();
    }
    String text = path + " is not understood: " + e.getOriginalMessage();
    return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR);
  }
}
