/**
 * Tells the operator how the sidecar does: heartbeats with the store's health, what each limit did
 * and how providers are. Where the numbers come from and how they travel is not known here. Runs on
 * the event loop of the config stream.
 */
@NullMarked
package dev.weir.proxy.report;

import org.jspecify.annotations.NullMarked;
