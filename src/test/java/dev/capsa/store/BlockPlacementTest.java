package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

  /** What is freed here and there is used again, however many segments have a few free units. */
  @Test
  void objects_that_come_and_go_do_not_let_a_container_grow() throws IOException {
    long seed = 11;
    Random random = new Random(seed);
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    List<ObjectPointer> live = new ArrayList<>();
    long afterFirst = 0;
    for (int round = 0; round < 40; round++) {
      try (Batch batch = store.begin()) {
        for (int i = live.size(); round > 0 && i > 400; i--) {
          batch.freeObject(live.remove(random.nextInt(live.size())));
        }
        while (live.size() < 800) {
          int bytes = 2049 + random.nextInt(random.nextInt(8) == 0 ? 62_000 : 8_000);
          live.add(batch.putObject(ByteBuffer.allocate(bytes)));
        }
        batch.commit(new byte[] {1}, true);
      }
      afterFirst = round == 0 ? store.length() : afterFirst;
    }
    // Half of what there was waits for its reuse at any time; the last segment is not filled.
    assertThat(store.length())
        .as("bytes of the container, %d after the first round; seed %d", afterFirst, seed)
        .isLessThan(afterFirst * 3);
    store.close();
  }
}
