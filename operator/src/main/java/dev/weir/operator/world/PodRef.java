package dev.weir.operator.world;

/** One pod's life; a StatefulSet's pods reuse names, never uids. */
public record PodRef(String namespace, String name, String uid) {}
