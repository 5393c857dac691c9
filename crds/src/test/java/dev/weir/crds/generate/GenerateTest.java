package dev.weir.crds.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check that the committed files are what the types say. */
final class GenerateTest {
  @Test
  void writesTheSameTwice() {
    assertThat(Generate.files()).isEqualTo(Generate.files());
  }

  @Test
  void namesTheFilesByKind() {
    assertThat(Generate.files())
        .containsOnlyKeys(
            "README.md",
            "llmroutes.weir.dev.yaml",
            "quotaplans.weir.dev.yaml",
            "ratelimitpolicies.weir.dev.yaml");
  }

  @Test
  void findsMissingAndChangedFiles(@TempDir Path folder) throws IOException {
    Map<String, String> files = Map.of("same", "a", "changed", "a", "missing", "a");
    Files.writeString(folder.resolve("same"), "a");
    Files.writeString(folder.resolve("changed"), "b");
    assertThat(Generate.stale(files, folder)).containsExactlyInAnyOrder("changed", "missing");
  }
}
