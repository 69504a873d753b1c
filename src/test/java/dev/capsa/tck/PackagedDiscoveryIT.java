package dev.capsa.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** Discovery of the jar; it runs once that is packaged. */
@Tag("packaged")
class PackagedDiscoveryIT extends Discovery {
  @Override
  Path capsa() {
    Path jar = Path.of(System.getProperty("capsa.jar", "no jar: run mvn verify"));
    assertThat(jar).isRegularFile();
    return jar;
  }
}
