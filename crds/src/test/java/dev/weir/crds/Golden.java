package dev.weir.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares with a committed file; {@code -Dgolden=write} rewrites it instead. */
final class Golden {
  static final Path RESOURCES = Path.of("src/test/resources");

  private Golden() {}

  static void assertEqual(String file, String actual) throws IOException {
    Path golden = RESOURCES.resolve(file);
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(golden, actual);
      return;
    }
    assertThat(actual)
        .as("%s; when this is what you want: mvn -pl crds verify -Dgolden=write", golden)
        .isEqualTo(Files.exists(golden) ? Files.readString(golden) : "");
  }
}
