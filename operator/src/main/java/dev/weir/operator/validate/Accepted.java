package dev.weir.operator.validate;

/** A spec that was accepted, and the generation of its object then. */
public record Accepted<S>(S spec, long generation) {}
