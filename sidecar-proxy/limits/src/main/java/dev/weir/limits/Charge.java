package dev.weir.limits;

/**
 * What a request wants of one counter.
 *
 * @param subject whose counter, any string; hashed by the store when it is long
 * @param cost units, at least 0; 0 looks without taking
 * @param allowOnFailure whether the request may pass while the store does not answer
 */
public record Charge(Counter counter, String subject, long cost, boolean allowOnFailure) {}
