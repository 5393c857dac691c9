package dev.weir.operator.compile;

import dev.weir.crds.v1alpha1.Unit;
import dev.weir.protocol.Snapshot;
import org.jspecify.annotations.Nullable;

/** Units of limits and quotas. */
final class Units {

  private Units() {}

  static Snapshot.Unit of(@Nullable Unit unit) {
    return Snapshot.Unit.valueOf((unit == null ? Unit.REQUESTS : unit).name());
  }

  /**
   * The unit's part of a counter's identity, with a slash before it: what was counted in one unit
   * means nothing in another. Empty for requests, which were counted before there were units.
   */
  static String part(@Nullable Unit unit) {
    return switch (unit) {
      case REQUESTS -> "";
      case TOKENS -> "/Tokens";
      case INPUT_TOKENS -> "/InputTokens";
      case OUTPUT_TOKENS -> "/OutputTokens";
      case null -> "";
    };
  }
}
