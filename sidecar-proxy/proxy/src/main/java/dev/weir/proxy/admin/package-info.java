/**
 * The second listener, for the kubelet and for scrapers: health, metrics and the drain that a pod's
 * preStop hook begins. It reads what the rest of the proxy exposes and is never limited or proxied.
 */
@NullMarked
package dev.weir.proxy.admin;

import org.jspecify.annotations.NullMarked;
