package dev.weir.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A process on this machine that a suite makes fail. */
public record HostProcess(long pid) {

  /** SIGSTOP: its connections stay open, nothing is answered. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    signal("CONT");
  }

  /** SIGKILL, which also ends a frozen one. */
  public void kill() {
    signal("KILL");
  }

  private void signal(String name) {
    try {
      int exit = new ProcessBuilder("kill", "-" + name, "" + pid).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill -" + name + " " + pid + " exited with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
