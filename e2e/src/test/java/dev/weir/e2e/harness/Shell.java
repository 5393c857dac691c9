package dev.weir.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Runs commands in the project's root folder, with an environment and a deadline. */
public final class Shell {
  /** The folder of the root pom.xml. */
  public static final Path ROOT =
      Objects.requireNonNull(
          Path.of("").toAbsolutePath().getParent(), "tests run in the module's folder");

  private static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(5);

  private final Map<String, String> environment;

  /** Commands see the test's environment and, over it, this one. */
  public Shell(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** A shell with one more variable. */
  public Shell with(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new Shell(more);
  }

  /** Output and exit code of a command; {@code err} holds standard error. */
  public record Result(int exit, String out, String err) {
    /** Both streams, for messages. */
    public String all() {
      return out + err;
    }
  }

  /** The command's standard output, trimmed; a non-zero exit is an error that shows all output. */
  public String run(String... command) {
    Result result = attempt("", DEFAULT_DEADLINE, command);
    if (result.exit() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + " exited with " + result.exit() + ":\n" + result.all());
    }
    return result.out().strip();
  }

  /** Runs to the end and never throws for the exit code. */
  public Result attempt(String stdin, Duration deadline, String... command) {
    try {
      Path out = Files.createTempFile("weir-e2e", ".out");
      Path err = Files.createTempFile("weir-e2e", ".err");
      ProcessBuilder builder = new ProcessBuilder(List.of(command)).directory(ROOT.toFile());
      builder.environment().putAll(environment);
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().write(stdin.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      Result result =
          new Result(
              ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      if (!ended) {
        throw new IllegalStateException(
            String.join(" ", command) + " did not end in " + deadline + ":\n" + result.all());
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
