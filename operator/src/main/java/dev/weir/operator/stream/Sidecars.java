package dev.weir.operator.stream;

import dev.weir.operator.world.PodRef;
import java.util.Map;

/** The sidecars that are connected now. Thread-safe. */
public interface Sidecars {

  /** An immutable copy. */
  Map<PodRef, Sidecar> connected();

  /** Calls the listener, on any thread, after a sidecar came, went, acknowledged or reported. */
  void onChange(Listener listener);

  /** Told which pod's entry changed. Must not block. */
  interface Listener {
    void changed(PodRef pod);
  }
}
