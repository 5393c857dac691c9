package dev.weir.operator.world;

import java.util.Map;
import java.util.SortedSet;

/**
 * A Secret labelled {@code weir.dev/use: consumer}, without its secret: only hashes of the keys are
 * kept in memory.
 *
 * @param consumer the label {@code weir.dev/consumer}
 * @param approved whether the label {@code weir.dev/approved} is {@code true}
 * @param labels the consumer's labels, from the annotations {@code consumer.weir.dev/*}
 * @param keyHashes lower-case hex SHA-256 of each data entry without surrounding white space, which
 *     no header field can carry
 */
public record ConsumerSecret(
    String namespace,
    String name,
    String consumer,
    boolean approved,
    Map<String, String> labels,
    SortedSet<String> keyHashes)
    implements UsedSecret {}
