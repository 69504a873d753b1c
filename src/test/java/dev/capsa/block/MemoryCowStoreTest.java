package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryCowStoreTest extends CowStoreContract {
  private final MemoryCowStore store = new MemoryCowStore(16);

  @Override
  CowStore store() {
    return store;
  }

  @Override
  CowStore reopened() {
    return store;
  }

  /**
   * Each thread writes only files of its own, each file with bytes of its own, but clones from all.
   * If a block that somebody owns were freed or written by another, a file would show bytes of two
   * writers in one block, or a block would be free.
   */
  @Test
  void threads_never_free_or_write_what_another_owns() throws Exception {
    long seed = 91;
    int threads = 4;
    int files = 3;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int mine = thread * files;
      Random random = new Random(seed + thread);
      running.add(
          executor.submit(
              () -> {
                for (int step = 0; step < 4_000; step++) {
                  long file = mine + random.nextInt(files);
                  int block = random.nextInt(8);
                  switch (random.nextInt(5)) {
                    case 0 -> store.cloneExtents(random.nextInt(threads * files), file);
                    case 1 ->
                        free(
                            store,
                            store.replaceExtents(
                                file, block, random.nextInt(8), ExtentList.empty()));
                    default -> overwrite(file, block, random);
                  }
                  verify(file, seed);
                }
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get(60, TimeUnit.SECONDS);
    }
    executor.shutdown();
    for (int file = 0; file < threads * files; file++) {
      verify(file, seed);
      free(store, store.replaceExtents(file, 0, ExtentStore.TO_END, ExtentList.empty()));
    }
    assertThat(store.allocatedBlocks()).as("seed %d", seed).isZero();
  }

  /**
   * Writes one block; another thread may clone the file just before the write, which is refused.
   */
  private void overwrite(long file, int block, Random random) throws IOException {
    byte[] bytes = new byte[16];
    Arrays.fill(bytes, (byte) (1 + random.nextInt(120)));
    for (int attempt = 0; attempt < 10_000; attempt++) {
      long physical = store.breakSharing(file, block);
      if (physical == 0) {
        physical = store.allocate(1).start();
        store.write(physical, ByteBuffer.wrap(bytes));
        store.replaceExtents(file, block, 1, ExtentList.of(new Extent(block, physical, 1)));
        return;
      }
      try {
        store.write(physical, ByteBuffer.wrap(bytes));
        return;
      } catch (IllegalStateException shared) {
        assertThat(shared).hasMessageContaining("shared");
      }
    }
    throw new AssertionError("block " + block + " of file " + file + " stays shared");
  }

  private void verify(long file, long seed) {
    ExtentList list = store.extents(file);
    for (Extent extent : list) {
      for (long block = extent.physical(); block < extent.physicalEnd(); block++) {
        assertThat(store.shareCount(block)).as("owners; seed %d", seed).isPositive();
        ByteBuffer read = ByteBuffer.allocate(16);
        store.read(block, 0, read);
        byte[] all = new byte[16];
        Arrays.fill(all, read.get(0));
        assertThat(read.array()).as("seed %d", seed).isEqualTo(all);
      }
    }
  }
}
