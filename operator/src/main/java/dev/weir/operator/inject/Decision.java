package dev.weir.operator.inject;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about one pod.
 *
 * @param message one sentence for people: what was found and, if refused, what to do
 * @param warnings for the person who made the request, each a sentence
 * @param port what is captured; null unless {@link Reason#injects()}
 */
public record Decision(
    Reason reason, String message, List<String> warnings, @Nullable CapturedPort port) {

  static Decision without(Reason reason, String message, List<String> warnings) {
    return new Decision(reason, message, warnings, null);
  }
}
