package dev.weir.operator.stream;

import dev.weir.operator.compile.CompiledWorkload;

/**
 * What one sidecar is to be told: its workload and the certificates by which it knows us.
 *
 * @param ca PEM
 */
record Offer(CompiledWorkload workload, String ca) {}
