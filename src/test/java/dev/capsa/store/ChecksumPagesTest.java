package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Checksums of blocks take the memory that they were given, and no less is verified for that. */
class ChecksumPagesTest {
  private static final int BLOCK = BlockRun.BLOCK_BYTES;
  private static final int BLOCKS = 6000;
  private static final long MOST_BYTES = 10_000;

  private final Random random = new Random(1);

  /** Where each block of a made-up file lies, and what it says. */
  private record Places(long sequence, long[] blocks, int[] stamps) {}

  private static MultiStore create(RawStorage raw, long checksumBytes) throws IOException {
    return MultiStore.create(raw, 0, StoreOptions.defaults().withChecksumBytes(checksumBytes));
  }

  private static ByteBuffer content(int index, int stamp) {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    while (bytes.hasRemaining()) {
      bytes.putInt(index).putInt(stamp);
    }
    return bytes.flip();
  }

  private static Places fill(MultiStore store) throws IOException {
    long[] blocks = new long[BLOCKS];
    try (Batch batch = store.begin()) {
      for (int i = 0; i < BLOCKS; ) {
        BlockRun run = batch.allocateBlocks(BLOCKS - i);
        for (int j = 0; j < run.length(); j++, i++) {
          blocks[i] = run.start() + j;
          batch.writeBlocks(blocks[i], content(i, 0));
        }
      }
      batch.commit(new byte[0], true);
    }
    return new Places(store.sequence(), blocks, new int[BLOCKS]);
  }

  private static void read(MultiStore store, Places places, int index) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    store.readBlocks(places.blocks[index], 0, bytes);
    assertThat(bytes.flip())
        .as("block %d of commit %d", index, places.sequence)
        .isEqualTo(content(index, places.stamps[index]));
  }

  private static long residentBytes(MultiStore store) {
    long bytes = 0;
    for (int at = 0; at < store.table().count(); at++) {
      Segment segment = store.table().peek(at);
      BlockChecksums checksums = segment == null ? null : segment.checksums();
      bytes += checksums == null ? 0 : checksums.heapBytes();
    }
    return bytes;
  }

  @Test
  void reading_everywhere_keeps_no_more_than_the_bound() throws IOException {
    MemoryRawStorage raw = new MemoryRawStorage();
    MultiStore store = create(raw, MOST_BYTES);
    Places places = fill(store);
    assertThat(residentBytes(store)).as("after a commit").isBetween(1L, MOST_BYTES);
    for (int i = 0; i < 3000; i++) {
      read(store, places, random.nextInt(BLOCKS));
      assertThat(residentBytes(store)).isBetween(1L, MOST_BYTES);
      assertThat(store.table().checksumBytes()).isEqualTo(residentBytes(store));
    }
    store.close();
  }

  @Test
  void without_need_nothing_goes() throws IOException {
    MultiStore store = create(new MemoryRawStorage(), 1 << 20);
    Places places = fill(store);
    long all = residentBytes(store);
    for (int i = 0; i < 3000; i++) {
      read(store, places, random.nextInt(BLOCKS));
    }
    assertThat(all).isGreaterThan(3 * MOST_BYTES / 2);
    assertThat(residentBytes(store)).isEqualTo(all);
    store.close();
  }

  @Test
  void what_a_batch_changes_stays_until_it_ends() throws IOException {
    MultiStore store = create(new MemoryRawStorage(), 1);
    Places places = fill(store);
    assertThat(residentBytes(store)).isZero();
    try (Batch batch = store.begin()) {
      for (int i = 0; i < BLOCKS; i += 100) {
        batch.freeBlocks(places.blocks[i], 1, 1);
      }
      long pinned = residentBytes(store);
      read(store, places, 1);
      assertThat(residentBytes(store)).isEqualTo(pinned).isGreaterThan(3 * MOST_BYTES / 2);
    }
    assertThat(residentBytes(store)).isZero();
    for (int i = 0; i < BLOCKS; i += 100) {
      read(store, places, i);
    }
    store.close();
  }

  @Test
  void what_a_pin_alone_holds_is_read_and_verified() throws IOException {
    MultiStore store = create(new MemoryRawStorage(), 1);
    Places places = fill(store);
    try (Pin pin = store.pin()) {
      try (Batch batch = store.begin()) {
        for (long block : places.blocks) {
          batch.freeBlocks(block, 1, 1);
        }
        batch.commit(new byte[0], true);
      }
      for (int i = 0; i < BLOCKS; i += 7) {
        read(store, places, i);
      }
    }
    store.close();
  }

  @Test
  void readers_see_right_bytes_beside_a_writer_while_pages_come_and_go() throws Exception {
    MultiStore store = create(new MemoryRawStorage(), MOST_BYTES);
    Shared shared = new Shared(fill(store));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<Long>> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      long seed = i;
      readers.add(threads.submit(() -> readUntilEnd(store, shared, new Random(seed))));
    }
    try {
      for (int i = 1; i <= 150; i++) {
        shared.places = rewrite(store, shared.places, i, i % 10 == 0);
      }
    } finally {
      shared.ended = true;
    }
    for (Future<Long> reader : readers) {
      assertThat(reader.get()).isPositive();
    }
    threads.shutdown();
    for (int i = 0; i < BLOCKS; i++) {
      read(store, shared.places, i);
    }
    assertThat(residentBytes(store)).isLessThanOrEqualTo(MOST_BYTES);
    store.close();
  }

  private static final class Shared {
    private volatile Places places;
    private volatile boolean ended;

    Shared(Places places) {
      this.places = places;
    }
  }

  /** Replaces some blocks; or writes them, and gives up. */
  private Places rewrite(MultiStore store, Places old, int stamp, boolean abort)
      throws IOException {
    long[] blocks = old.blocks.clone();
    int[] stamps = old.stamps.clone();
    try (Batch batch = store.begin()) {
      for (int i = 0; i < 40; i++) {
        int index = random.nextInt(BLOCKS);
        batch.freeBlocks(blocks[index], 1, 1);
        blocks[index] = batch.allocateBlocks(1).start();
        stamps[index] = stamp;
        batch.writeBlocks(blocks[index], content(index, stamp));
      }
      if (abort) {
        return old;
      }
      batch.commit(new byte[0], true);
    }
    return new Places(store.sequence(), blocks, stamps);
  }

  private static long readUntilEnd(MultiStore store, Shared shared, Random random)
      throws IOException {
    long count = 0;
    while (!shared.ended || count == 0) {
      try (Pin pin = store.pin()) {
        Places places = shared.places;
        if (places.sequence != store.sequence()) {
          continue; // a commit is about to be told: the pin may not hold these places
        }
        for (int i = 0; i < 20; i++) {
          read(store, places, random.nextInt(BLOCKS));
          count++;
        }
      }
    }
    return count;
  }
}
