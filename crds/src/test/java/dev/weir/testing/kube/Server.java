package dev.weir.testing.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server process that ends with this JVM, also when the JVM is killed. Thread-safe. */
final class Server implements AutoCloseable {
  /** Kills the server when standard input ends, and the kernel ends it with the JVM. */
  private static final String WATCH =
      """
      exec 3<&0
      "$@" </dev/null 3<&- & server=$!
      { cat <&3 >/dev/null; kill -9 $server; } 2>/dev/null & watch=$!
      exec 3<&-
      wait $server; status=$?
      kill -9 $watch
      exit $status
      """;

  private final String name;
  private final Path log;
  private final Process process;

  private Server(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  static Server start(Path folder, String binary, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", WATCH, "sh"));
    command.add(Binaries.path(binary).toString());
    command.addAll(arguments);
    Path log = folder.resolve(binary + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Server(binary, log, process);
  }

  /**
   * Waits until the probe says yes.
   *
   * @throws IllegalStateException with the end of the log when the server ends or takes too long
   */
  void await(Duration deadline, Probe ready) throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    while (!ready.ask()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(name + " ended at once: " + endOfLog());
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(name + " is not ready after " + deadline + endOfLog());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Kills the server and waits until it is gone, so that its files can be deleted. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close(); // what the watch waits for
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
    }
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks a server whether it is ready; an exception means no. */
  interface Probe {
    boolean ask();
  }
}
