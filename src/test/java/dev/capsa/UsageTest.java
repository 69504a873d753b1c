package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {
  @TempDir Path folder;

  @Test
  void the_figures_add_up_to_the_file_and_the_file_store_tells_the_same() throws IOException {
    Path container = folder.resolve("c.capsa");
    try (CapsaFileSystem fs = Capsa.create(container)) {
      fs.sync();
      long empty = fs.usage().liveBytes();
      Path large = Files.write(fs.getPath("/large"), new byte[5 << 20]);
      fs.sync();
      CapsaFileSystem.Usage full = fs.usage();
      assertThat(full.liveBytes() - empty).isBetween(5L << 20, (5L << 20) + (64 << 10));
      assertAllCounted(full, container);
      assertThat(full.uniqueBytes()).isEmpty();
      Files.delete(large);
      fs.sync();
      assertThat(fs.usage().liveBytes()).isEqualTo(empty);
    }
    try (CapsaFileSystem fs = Capsa.open(container, Capsa.options().readOnly(true))) {
      CapsaFileSystem.Usage usage = fs.usage();
      assertAllCounted(usage, container);
      FileStore store = fs.getFileStores().iterator().next();
      assertThat(store.getTotalSpace()).isEqualTo(usage.lengthBytes());
      assertThat(store.getUnallocatedSpace()).isEqualTo(usage.freeBytes());
      assertThat(store.getUsableSpace()).isLessThanOrEqualTo(usage.freeBytes());
    }
  }

  private static void assertAllCounted(CapsaFileSystem.Usage usage, Path container)
      throws IOException {
    assertThat(usage.lengthBytes()).isEqualTo(Files.size(container));
    assertThat(
            usage.liveBytes()
                + usage.snapshotBytes()
                + usage.reclaimableBytes()
                + usage.metadataBytes()
                + usage.freeBytes())
        .isEqualTo(usage.lengthBytes());
  }
}
