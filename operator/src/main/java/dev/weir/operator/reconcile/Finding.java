package dev.weir.operator.reconcile;

/**
 * One condition before it has a time.
 *
 * @param generation of the object that the finding is about
 */
record Finding(String type, boolean holds, String reason, String message, long generation) {}
