import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Puts together what an image needs below our jars, so that no base image and no registry does: a
 * JDK cut down by jlink and the C library of the machine that builds. Does nothing while its inputs
 * are the same. Arguments: the base image ({@code scratch}, else the folder is left empty), the
 * folder to fill.
 */
final class Runtime {
  /** Of the operator, the sidecar and the demo together: one layer, stored and loaded once. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.xml",
          "jdk.crypto.ec",
          "jdk.httpserver",
          "jdk.management",
          "jdk.net",
          "jdk.unsupported");

  private static final List<String> LIBRARIES =
      List.of(
          "libc.so.6",
          "libm.so.6",
          "libdl.so.2",
          "libpthread.so.0",
          "librt.so.1",
          "libresolv.so.2",
          "libnss_files.so.2",
          "libnss_dns.so.2");

  /** Where distributions keep libraries; the loader looks there without being told. */
  private static final List<Path> LIBRARY_PATH =
      List.of(
          Path.of("/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/lib64"),
          Path.of("/usr/lib64"));

  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

  private static final Map<String, String> FILES =
      new TreeMap<>(
          Map.of(
              "etc/nsswitch.conf", "hosts: files dns\n",
              "etc/passwd", "root:x:0:0::/:/none\nweir:x:2102:2102::/:/none\n",
              "etc/group", "root:x:0:\nweir:x:2102:\n"));

  public static void main(String[] args) throws IOException {
    boolean wanted = args[0].equals("scratch");
    Path target = Path.of(args[1]);
    Path stamp = target.resolveSibling(target.getFileName() + ".inputs");
    String inputs = wanted ? inputs() : "none";
    if (Files.exists(stamp) && Files.readString(stamp).equals(inputs)) {
      return;
    }
    Files.deleteIfExists(stamp);
    delete(target);
    Files.createDirectories(target);
    if (wanted) {
      System.out.println("Assembling the images' runtime in " + target);
      assemble(target);
    }
    Files.writeString(stamp, inputs);
  }

  private static void assemble(Path target) throws IOException {
    Path java = target.resolve("opt/java");
    Files.createDirectories(java.getParent());
    int exit =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IllegalStateException("This java has no jlink; use a JDK"))
            .run(
                System.out,
                System.err,
                "--add-modules",
                String.join(",", MODULES),
                "--strip-java-debug-attributes",
                "--no-man-pages",
                "--no-header-files",
                "--output",
                java.toString());
    if (exit != 0) {
      throw new IllegalStateException("jlink failed with " + exit);
    }
    dumpClasses(java);
    // Nothing is written there, but Netty complains when it is missing.
    Files.createDirectories(target.resolve("tmp"));
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      write(target.resolve(file.getKey()), file.getValue());
    }
    for (Path library : libraries()) {
      Path copy = target.resolve(library.toString().substring(1));
      Files.createDirectories(copy.getParent());
      Files.copy(library.toRealPath(), copy, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** jlink makes no archive of the JDK's own classes; with one a JVM starts in half the time. */
  private static void dumpClasses(Path java) throws IOException {
    // The archive remembers the time of what it was made from, and in the image that is this one.
    Files.setLastModifiedTime(
        java.resolve("lib/modules"), FileTime.fromMillis(TimeUnit.SECONDS.toMillis(1)));
    try {
      int exit =
          new ProcessBuilder(
                  java.resolve("bin/java").toString(),
                  "-XX:+UseSerialGC",
                  "-Xshare:dump",
                  "-Xlog:disable")
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException("java -Xshare:dump failed with " + exit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static List<Path> libraries() {
    List<Path> found = new ArrayList<>();
    for (String name : LIBRARIES) {
      found.add(
          LIBRARY_PATH.stream()
              .map(folder -> folder.resolve(name))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow(() -> unsuitable(name)));
    }
    Path loader = Path.of(LOADER);
    if (!Files.exists(loader)) {
      throw unsuitable(LOADER);
    }
    found.add(loader);
    return found;
  }

  private static IllegalStateException unsuitable(String file) {
    return new IllegalStateException(
        "An image can't be assembled here, there is no "
            + file
            + " (glibc on x86-64 is needed). Name an image with a Java 25 instead: "
            + "-Dweir.base-image=eclipse-temurin:25-jre");
  }

  /** All that the result depends on; libraries by time and size, they are replaced as a whole. */
  private static String inputs() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(java.lang.Runtime.version()).append('\n');
    text.append(System.getProperty("java.home")).append('\n');
    for (Path library : libraries()) {
      text.append('\n').append(library).append(' ').append(Files.size(library));
      text.append(' ').append(Files.getLastModifiedTime(library));
    }
    Path self = Path.of(System.getProperty("jdk.launcher.sourcefile", ".mvn/Runtime.java"));
    text.append('\n').append(Files.readString(self));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
