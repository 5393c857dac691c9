package dev.weir.limits.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds redis-server: the variable {@code WEIR_REDIS_SERVER}, the PATH, the project's own tool, and
 * last Debian's packages, unpacked into the cache.
 */
final class RedisBinary {

  private static final List<String> PACKAGES =
      List.of(
          "redis-tools",
          "redis-server",
          "libatomic1",
          "libjemalloc2",
          "liblua5.1-0",
          "liblzf1",
          "libhiredis0.14");

  private static List<String> found = List.of();

  private RedisBinary() {}

  /** The command's first words. */
  static synchronized List<String> command() {
    if (found.isEmpty()) {
      found = find();
    }
    return found;
  }

  private static List<String> find() {
    List<String> tried = new ArrayList<>();
    String named = System.getenv("WEIR_REDIS_SERVER");
    if (named != null) {
      if (Files.isExecutable(Path.of(named))) {
        return List.of(named);
      }
      tried.add("WEIR_REDIS_SERVER=" + named + ": not an executable file");
    }
    Optional<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "redis-server"))
            .filter(Files::isExecutable)
            .findFirst();
    if (onPath.isPresent()) {
      return List.of(onPath.get().toString());
    }
    tried.add("PATH: no redis-server");
    Path tool = projectRoot().resolve("e2e/local-cluster/tool");
    try {
      if (Files.isExecutable(tool)) {
        return List.of(output(projectRoot(), tool.toString(), "redis-server").strip());
      }
      tried.add(tool + ": not there");
    } catch (IOException e) {
      tried.add(tool + ": " + e.getMessage());
    }
    try {
      return unpacked();
    } catch (IOException e) {
      tried.add("apt-get download: " + e.getMessage());
    }
    throw new IllegalStateException(
        "These tests want a real redis-server and found none. Install one or name it by"
            + " WEIR_REDIS_SERVER. Tried:\n  "
            + String.join("\n  ", tried));
  }

  private static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    for (Path at = folder; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(".mvn"))) {
        return at;
      }
    }
    return folder;
  }

  private static List<String> unpacked() throws IOException {
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "weir");
    Path root = cache.resolve("redis-for-tests");
    if (!Files.isDirectory(root)) {
      Files.createDirectories(cache);
      Path made = Files.createTempDirectory(cache, "redis-for-tests");
      List<String> download = new ArrayList<>(List.of("apt-get", "download"));
      download.addAll(PACKAGES);
      output(made, download.toArray(String[]::new));
      try (Stream<Path> packages = Files.list(made)) {
        for (Path file : packages.filter(p -> p.toString().endsWith(".deb")).toList()) {
          output(made, "dpkg-deb", "-x", file.toString(), made.toString());
          Files.delete(file);
        }
      }
      Files.move(made, root);
    }
    String libraries;
    try (Stream<Path> files = Files.walk(root)) {
      libraries =
          files
              .filter(file -> file.getFileName().toString().contains(".so"))
              .map(file -> String.valueOf(file.getParent()))
              .distinct()
              .reduce((a, b) -> a + ":" + b)
              .orElse("");
    }
    return List.of(
        "env", "LD_LIBRARY_PATH=" + libraries, root.resolve("usr/bin/redis-server").toString());
  }

  private static String output(Path folder, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException(String.join(" ", command) + " ended with " + exit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }
}
