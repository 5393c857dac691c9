package dev.weir.crds.generate;

import dev.weir.crds.v1alpha1.LlmRoute;
import dev.weir.crds.v1alpha1.QuotaPlan;
import dev.weir.crds.v1alpha1.RateLimitPolicy;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Generates the CRDs and the API reference. Arguments: {@code --check|--write}, the module's folder
 * with the committed files, the folder for what is generated. {@code --check} exits with 1 when a
 * committed file differs from what the Java types say; {@code --write} replaces the committed
 * files.
 */
public final class Generate {
  static final String COMMAND = "mvn -pl crds -Pgenerate process-classes";
  static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(RateLimitPolicy.class, QuotaPlan.class, LlmRoute.class);

  private Generate() {}

  /**
   * Runs the generation.
   *
   * @throws IOException when a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    boolean write = args[0].equals("--write");
    Path committed = Path.of(args[1]);
    Path generated = Path.of(args[2]);
    Map<String, String> files = files();
    writeAll(files, generated);
    if (write) {
      writeAll(files, committed);
      return;
    }
    List<String> stale = stale(files, committed);
    if (!stale.isEmpty()) {
      System.err.printf(
          "In %s these files differ from the Java types: %s.%n"
              + "Regenerate and commit them: %s%n"
              + "What the types say is in %s.%n",
          committed, String.join(", ", stale), COMMAND, generated);
      System.exit(1);
    }
  }

  /** File name to content of all that is generated. */
  static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    List<Crd> crds = KINDS.stream().map(Crd::of).toList();
    for (Crd crd : crds) {
      files.put(crd.definition().getMetadata().getName() + ".yaml", crd.yaml());
    }
    files.put("README.md", new Reference().of(crds));
    return files;
  }

  /** The names of the files that are missing in {@code folder} or differ there. */
  static List<String> stale(Map<String, String> files, Path folder) throws IOException {
    List<String> stale = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
        stale.add(file.getKey());
      }
    }
    return stale;
  }

  private static void writeAll(Map<String, String> files, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
