package dev.weir.operator.world;

/** A Secret whose label {@code weir.dev/use} lets us read it. */
sealed interface UsedSecret permits ConsumerSecret, ProviderSecret {}
