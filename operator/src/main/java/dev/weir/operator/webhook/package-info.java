/**
 * The HTTPS server: admission webhooks, their certificates, and the caBundle by which the API
 * server knows them. Requests run on virtual threads; {@link
 * dev.weir.operator.webhook.Certificates#tick()} on a timer's thread and on that of a watch. What
 * becomes of a pod or a workload is decided in {@code inject}.
 */
@NullMarked
package dev.weir.operator.webhook;

import org.jspecify.annotations.NullMarked;
