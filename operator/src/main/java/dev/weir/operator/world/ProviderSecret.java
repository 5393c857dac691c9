package dev.weir.operator.world;

import java.util.Map;

/**
 * A Secret labelled {@code weir.dev/use: provider}. Its values are needed as they are: sidecars
 * send them to providers.
 *
 * @param values each data entry without surrounding white space, which no header field can carry
 */
public record ProviderSecret(String namespace, String name, Map<String, String> values)
    implements UsedSecret {

  /** Hides the values. */
  @Override
  public String toString() {
    return "ProviderSecret[" + namespace + "/" + name + ", values=" + values.keySet() + "]";
  }
}
