package dev.weir.operator.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether the marks ask for a sidecar. Any {@code "false"} on the pod wins over any {@code "true"},
 * and the pod's own marks over the namespace's. Other values count as absent.
 *
 * @param refusedBy null, or why there shall be no sidecar
 */
record OptIn(@Nullable Reason refusedBy, List<String> warnings) {

  static OptIn of(
      Map<String, String> annotations, Map<String, String> labels, NamespaceView namespace) {
    List<String> warnings = new ArrayList<>();
    List<Boolean> own = new ArrayList<>();
    read("annotation " + Marks.INJECT, annotations.get(Marks.INJECT), own, warnings);
    read("annotation " + Marks.MIRRORED, annotations.get(Marks.MIRRORED), own, warnings);
    read("label " + Marks.INJECT, labels.get(Marks.INJECT), own, warnings);
    if (own.contains(false)) {
      return new OptIn(Reason.OPTED_OUT, warnings);
    }
    boolean in = own.contains(true) || "true".equals(namespace.labels().get(Marks.INJECT));
    return new OptIn(in ? null : Reason.NOT_OPTED_IN, warnings);
  }

  private static void read(
      String what, @Nullable String value, List<Boolean> marks, List<String> warnings) {
    if (value == null) {
      return;
    }
    switch (value) {
      case "true" -> marks.add(true);
      case "false" -> marks.add(false);
      default -> warnings.add(invalid(what, value));
    }
  }

  /** What people are told about a value that is neither. */
  static String invalid(String what, String value) {
    String shown = value.length() > 40 ? value.substring(0, 40) + "..." : value;
    return what + " is \"" + shown + "\" and ignored: write \"true\" or \"false\"";
  }
}
