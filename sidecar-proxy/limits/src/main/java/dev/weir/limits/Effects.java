package dev.weir.limits;

import java.util.ArrayList;
import java.util.List;

/**
 * What becomes visible once the store's lock is released: calls to send, listeners to tell (NOT
 * thread safe).
 */
final class Effects {

  private final List<Runnable> runnables = new ArrayList<>();

  void add(Runnable runnable) {
    runnables.add(runnable);
  }

  void run() {
    runnables.forEach(Runnable::run);
  }
}
