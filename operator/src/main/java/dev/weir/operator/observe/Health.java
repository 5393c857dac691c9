package dev.weir.operator.observe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What must be there before this replica is ready. Thread-safe once set up. */
public final class Health {

  private final Map<String, BooleanSupplier> conditions = new LinkedHashMap<>();

  /** Adds a condition; its name is shown to people while it does not hold. */
  public Health await(String name, BooleanSupplier condition) {
    conditions.put(name, condition);
    return this;
  }

  /** Names of the conditions that do not hold; empty when ready. */
  public List<String> missing() {
    return conditions.entrySet().stream()
        .filter(condition -> !condition.getValue().getAsBoolean())
        .map(Map.Entry::getKey)
        .toList();
  }
}
