package dev.weir.operator.stream;

import dev.weir.operator.world.PodRef;
import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.FromSidecar.ProviderHealth;
import dev.weir.protocol.FromSidecar.StoreHealth;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one connected sidecar.
 *
 * @param incarnation its process; counts start at 0 with it
 * @param lastHeard when the last frame came
 * @param acked the last revision that it acknowledged in this connection, null before the first
 * @param refusal why it refused the newest revision, null if it did not
 * @param counts cumulative in this incarnation, empty before the first report
 * @param providers of routes, as far as it has called them; empty before the first report
 */
public record Sidecar(
    PodRef pod,
    String incarnation,
    String version,
    Instant lastHeard,
    @Nullable String acked,
    @Nullable String refusal,
    @Nullable StoreHealth store,
    List<LimitCount> counts,
    List<ProviderHealth> providers) {}
