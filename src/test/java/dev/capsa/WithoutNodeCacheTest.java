package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container whose node cache keeps nothing: slower, and otherwise like any other. */
class WithoutNodeCacheTest {
  private static final int FILES = 1500;

  @TempDir Path folder;

  @Test
  void a_tree_grows_and_shrinks_again_without_a_cache() throws IOException {
    Path container = folder.resolve("a.capsa");
    CapsaOptions options = new CapsaOptions().create(true).cacheSize(0);
    try (CapsaFileSystem fs = Capsa.open(container, options)) {
      for (int i = 0; i < FILES; i++) {
        Files.writeString(fs.getPath("/" + i), "file " + i + " ".repeat(100));
      }
      fs.sync();
      for (int i = 1; i < FILES; i++) {
        Files.delete(fs.getPath("/" + i));
        if (i % 500 == 0) {
          fs.sync();
        }
      }
      fs.sync();
      Files.writeString(fs.getPath("/last"), "last");
    }
    try (CapsaFileSystem fs = Capsa.open(container, options)) {
      assertThat(Files.readString(fs.getPath("/0"))).startsWith("file 0 ");
      assertThat(Files.readString(fs.getPath("/last"))).isEqualTo("last");
      assertThat(Files.exists(fs.getPath("/1"))).isFalse();
    }
    assertThat(Capsa.check(container)).isEmpty();
  }
}
