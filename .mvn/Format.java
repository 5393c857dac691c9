import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or rewrites all Java sources with google-java-format, which must run on the JDK whose
 * syntax we use. Arguments: {@code --check|--replace}, the formatter's jar, the project's root.
 */
final class Format {
  public static void main(String[] args) throws IOException, InterruptedException {
    boolean check = args[0].equals("--check");
    Path root = Path.of(args[2]);
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-jar", args[1]));
    command.addAll(check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    int flags = command.size();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !root.relativize(file).toString().contains("target/"))
          .sorted()
          .forEach(file -> command.add(file.toString()));
    }
    if (command.size() == flags) {
      return;
    }
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0 && check) {
      System.err.println("The files above are not formatted. Run: mvn -N -Pformat validate");
    }
    System.exit(exit);
  }
}
