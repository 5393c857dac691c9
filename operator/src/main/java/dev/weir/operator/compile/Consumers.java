package dev.weir.operator.compile;

import dev.weir.operator.world.ConsumerSecret;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The consumers of one namespace, from its Secrets. Several Secrets may name one consumer: it is
 * approved if one of them is, and has the labels of the approved ones; where they differ the Secret
 * whose name comes first in the alphabet counts.
 *
 * @param byName label sets and approval
 * @param apiKeys hash of a key to its consumer
 */
record Consumers(SortedMap<String, Known> byName, SortedMap<String, String> apiKeys) {

  /** Consumer of the requests that carry no key; no Secret can be it. */
  static final String ANONYMOUS = "anonymous";

  /** No label value holds a slash, so that no consumer has this name and the sidecar says 403. */
  private static final String UNAPPROVED = "/unapproved";

  record Known(boolean approved, Map<String, String> labels) {}

  static Consumers of(Collection<ConsumerSecret> secrets, String namespace) {
    List<ConsumerSecret> ours =
        secrets.stream()
            .filter(secret -> secret.namespace().equals(namespace))
            .filter(secret -> !secret.consumer().equals(ANONYMOUS))
            .sorted(
                Comparator.comparing(ConsumerSecret::approved)
                    .reversed()
                    .thenComparing(ConsumerSecret::name))
            .toList();
    SortedMap<String, Known> byName = new TreeMap<>();
    SortedMap<String, String> apiKeys = new TreeMap<>();
    for (ConsumerSecret secret : ours) {
      Known known =
          byName.computeIfAbsent(
              secret.consumer(), _ -> new Known(secret.approved(), new TreeMap<>()));
      boolean counts = secret.approved() || !known.approved();
      if (counts) {
        secret.labels().forEach(known.labels()::putIfAbsent);
      }
      String name = counts ? secret.consumer() : secret.consumer() + UNAPPROVED;
      secret.keyHashes().forEach(hash -> apiKeys.putIfAbsent(hash, name));
    }
    return new Consumers(byName, apiKeys);
  }
}
