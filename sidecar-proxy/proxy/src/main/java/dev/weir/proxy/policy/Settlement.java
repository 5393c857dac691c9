package dev.weir.proxy.policy;

import dev.weir.protocol.Snapshot;

/**
 * What became of a call that was admitted.
 *
 * @param estimated whether {@code tokens} are our own guess, because the provider did not say
 * @param failed whether the provider failed, see {@link
 *     dev.weir.protocol.FromSidecar.ProviderHealth#failures}
 */
public record Settlement(
    Snapshot.Model model,
    Snapshot.Provider provider,
    Tokens tokens,
    boolean estimated,
    boolean failed) {}
