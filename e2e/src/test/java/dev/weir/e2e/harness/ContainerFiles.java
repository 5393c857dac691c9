package dev.weir.e2e.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the process of a container can look at, seen from the machine with root's rights: more than
 * the container's user may read, so what is not found here is not there for it.
 */
public final class ContainerFiles {
  private static final List<String> KERNEL = List.of("proc", "sys", "dev");
  private static final long LARGEST = 200L << 20;

  private final Path process;

  private ContainerFiles(Path process) {
    this.process = process;
  }

  /** The container of this pod that runs a command with this in it. */
  public static ContainerFiles of(String pod, String command) {
    return ProcessHandle.allProcesses()
        .map(handle -> Path.of("/proc/" + handle.pid()))
        .filter(path -> read(path.resolve("cmdline")).contains(command))
        .filter(path -> read(path.resolve("environ")).contains("HOSTNAME=" + pod + "\0"))
        .findFirst()
        .map(ContainerFiles::new)
        .orElseThrow(() -> new IllegalStateException("no " + command + " in pod " + pod));
  }

  /** The process's environment. */
  public String environment() {
    return read(process.resolve("environ"));
  }

  /** Command lines of all processes that the container's own {@code /proc} shows. */
  public String commandLines() {
    try (Stream<Path> processes = Files.list(process.resolve("root/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .map(path -> read(path.resolve("cmdline")).replace('\0', ' '))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many files there are in its root and all mounts. */
  public int count() {
    return files().size();
  }

  /** The files in its root and all mounts that have this text in them. */
  public List<Path> containing(String text) {
    return files().stream().filter(file -> read(file).contains(text)).toList();
  }

  private List<Path> files() {
    Path root = process.resolve("root");
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root.resolve("."),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              return KERNEL.contains(root.resolve(".").relativize(path).toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && attributes.size() < LARGEST) {
                files.add(path);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) {
              return FileVisitResult.CONTINUE; // Gone meanwhile.
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), ISO_8859_1);
    } catch (IOException e) {
      return ""; // Ended meanwhile.
    }
  }
}
