package dev.weir.testing.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds Kubernetes binaries: in the folder that the system property {@code weir.bin.dir} or the
 * environment variable {@code WEIR_BIN_DIR} names, else by {@code e2e/local-cluster/tool}, which
 * builds what is missing. Thread-safe.
 */
public final class Binaries {
  private static final Map<String, Path> FOUND = new ConcurrentHashMap<>();

  private Binaries() {}

  /**
   * The path of an executable file.
   *
   * @throws IllegalStateException when it cannot be had; the message says what to do
   */
  public static Path path(String name) {
    return FOUND.computeIfAbsent(name, Binaries::find);
  }

  /** The folder that holds the pom.xml of the whole project. */
  public static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    for (Path at = folder; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(".mvn"))) {
        return at;
      }
    }
    throw new IllegalStateException(folder + " is not inside the project: no parent has .mvn");
  }

  private static Path find(String name) {
    Optional<Path> folder = folder();
    if (folder.isPresent()) {
      return executable(folder.get().resolve(name))
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "%s has no executable %s; put it there, or unset WEIR_BIN_DIR to have it built"
                          .formatted(folder.get(), name)));
    }
    return built(projectRoot().resolve("e2e/local-cluster/tool"), name);
  }

  private static Optional<Path> folder() {
    @Nullable String property = System.getProperty("weir.bin.dir");
    return Optional.ofNullable(property == null ? System.getenv("WEIR_BIN_DIR") : property)
        .map(Path::of);
  }

  private static Path built(Path tool, String name) {
    try {
      Process process =
          new ProcessBuilder(tool.toString(), name)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      int exit = process.waitFor();
      return executable(Path.of(output))
          .filter(file -> exit == 0)
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "'%s %s' ended with %d and printed '%s'; run it by hand to see why"
                          .formatted(tool, name, exit, output)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + tool + "; set WEIR_BIN_DIR instead", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while " + tool + " was building " + name, e);
    }
  }

  private static Optional<Path> executable(Path file) {
    return Optional.of(file).filter(Files::isRegularFile).filter(Files::isExecutable);
  }
}
