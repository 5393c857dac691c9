package dev.weir.operator.stream;

import dev.weir.operator.compile.CompiledWorkload;
import dev.weir.operator.world.WorkloadRef;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.StoreSettings;
import java.util.List;
import java.util.Map;

/** What the tests of the stream have in common. */
final class Fixtures {

  static final WorkloadRef API = new WorkloadRef("shop", "Deployment", "api");

  static CompiledWorkload compiled(String revision) {
    return compiled(revision, Map.of());
  }

  static CompiledWorkload compiled(String revision, Map<String, String> apiKeys) {
    Snapshot snapshot =
        new Snapshot(
            API.toString(),
            "shop",
            5000,
            new StoreSettings(50),
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of());
    return new CompiledWorkload(API, revision, snapshot, new Secrets(null, apiKeys, Map.of()));
  }

  static Map<WorkloadRef, CompiledWorkload> only(CompiledWorkload workload) {
    return Map.of(workload.workload(), workload);
  }

  private Fixtures() {}
}
