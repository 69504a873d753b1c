package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where runs of blocks come to lie. */
class BlockPlacementTest {

  /** Many segments with a few free blocks each must not hide the one that is being filled. */
  @Test
  void files_of_middle_size_fill_segments_before_the_container_grows() throws IOException {
    long seed = 7;
    Random random = new Random(seed);
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    long blocks = 0;
    for (int commit = 0; commit < 20; commit++) {
      try (Batch batch = store.begin()) {
        for (int i = 0; i < 20; i++) {
          int wanted = 17 + random.nextInt(100);
          blocks += batch.allocateBlocks(wanted).length();
        }
        batch.commit(new byte[] {1}, true);
      }
    }
    assertThat(store.length())
        .as("bytes of the container, for %d of blocks; seed %d", blocks * 4096, seed)
        .isLessThan(blocks * 4096 * 5 / 4 + (8 << 20));
    store.close();
  }
}
