/**
 * What was used: totals of limits from the sidecars' reports, quotas and the ledgers of routes from
 * the shared store. Numbers only; how they look in a status is {@code reconcile}'s business, how
 * often they are written is {@code status}'s. The poller has one thread of its own; the stream's
 * threads bring reports.
 */
@NullMarked
package dev.weir.operator.usage;

import org.jspecify.annotations.NullMarked;
