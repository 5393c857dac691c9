package dev.weir.testing.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the real kubectl and returns what it printed. Thread-safe.
 *
 * @param binary kubectl's path
 * @param kubeconfig whom it speaks for
 */
public record Kubectl(Path binary, Path kubeconfig) {

  /**
   * How a run ended.
   *
   * @param exit the exit code
   * @param out standard output
   * @param err standard error
   */
  public record Result(int exit, String out, String err) {}

  /** Runs kubectl to its end; {@code --request-timeout} is 30 s. */
  public Result run(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(binary.toString(), "--request-timeout=30s"));
    command.add("--kubeconfig=" + kubeconfig);
    command.add("--cache-dir=" + kubeconfig.resolveSibling("kubectl-cache"));
    command.addAll(arguments);
    try {
      Path err = Files.createTempFile("kubectl", ".err");
      Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      Result result = new Result(process.waitFor(), out, Files.readString(err));
      Files.delete(err);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while waiting for " + command, e);
    }
  }

  /**
   * Runs kubectl and returns standard output.
   *
   * @throws IllegalStateException when it ends with another code than 0
   */
  public String succeed(String... arguments) {
    Result result = run(List.of(arguments));
    if (result.exit() != 0) {
      throw new IllegalStateException(
          "kubectl %s ended with %d: %s"
              .formatted(String.join(" ", arguments), result.exit(), result.err() + result.out()));
    }
    return result.out();
  }
}
