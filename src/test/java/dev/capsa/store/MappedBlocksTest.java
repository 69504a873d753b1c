package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.FileRawStorage;
import dev.capsa.raw.Mapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappedBlocksTest {
  private static final int SEGMENT = Geometry.FIRST_LARGE_SEGMENT;
  private static final long BASE = Geometry.startOf(SEGMENT) / BlockRun.BLOCK_BYTES;

  @TempDir Path folder;

  private final TreeSet<Integer> released = new TreeSet<>();

  private void take(int segment, int from, int count) {
    assertThat(segment).isEqualTo(SEGMENT);
    for (int i = from; i < from + count; i++) {
      assertThat(released.add(i)).as("block %d was not released before", i).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_freed_block_is_released_once_nobody_has_it_mapped(long seed) {
    Random random = new Random(seed);
    MappedBlocks mapped = new MappedBlocks();
    List<Pin> pins = new ArrayList<>();
    int[] holders = new int[1024];
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int from = random.nextInt(1000);
      int count = 1 + random.nextInt(1024 - from);
      pins.add(mapped.pin(BASE + from, count));
      ranges.add(new int[] {from, count});
      for (int at = from; at < from + count; at++) {
        holders[at]++;
      }
    }
    mapped.refresh(this::take);
    TreeSet<Integer> freed = new TreeSet<>();
    for (int at = 0; at < 1024; ) {
      int count = Math.min(1024 - at, 1 + random.nextInt(60));
      if (random.nextBoolean()) {
        mapped.release(SEGMENT, at, count, this::take);
        for (int i = at; i < at + count; i++) {
          freed.add(i);
        }
      }
      at += count;
    }
    for (int i = 0; i <= pins.size(); i++) {
      TreeSet<Integer> expected = new TreeSet<>(freed);
      expected.removeIf(at -> holders[at] > 0);
      assertThat(released).isEqualTo(expected);
      if (i < pins.size()) {
        pins.get(i).close();
        for (int at = 0; at < ranges.get(i)[1]; at++) {
          holders[ranges.get(i)[0] + at]--;
        }
        mapped.refresh(this::take);
      }
    }
    assertThat(mapped.isEmpty()).isTrue();
    assertThat(released).isEqualTo(freed);
  }

  /** Keeps a mapping alive by what it is told to. */
  private record Kept(Object keeper, int length) implements Mapper<MappedByteBuffer> {
    @Override
    public MappedByteBuffer map(FileChannel file, long offset) throws IOException {
      return file.map(FileChannel.MapMode.READ_ONLY, offset, length);
    }

    @Override
    public Object keeper(MappedByteBuffer mapped) {
      return keeper;
    }
  }

  @Test
  void mapped_blocks_are_not_written_again_until_the_mapping_is_collected() throws Exception {
    try (MultiStore store = MultiStore.create(FileRawStorage.create(folder.resolve("c")), 0, 0)) {
      byte[] content = SpaceModel.bytes(1, 3000 * BlockRun.BLOCK_BYTES).array();
      BlockRun run;
      try (Batch batch = store.begin()) {
        run = batch.allocateBlocks(3000);
        assertThat(run.length()).as("over several segments").isEqualTo(3000);
        batch.writeBlocks(run.start(), ByteBuffer.wrap(content));
        batch.commit(new byte[0], true);
      }
      Object keeper = new Object();
      MappedByteBuffer mapped;
      try (Pin pin = store.pin()) {
        mapped =
            store.map(run.start(), 5, content.length - 10, new Kept(keeper, content.length - 10));
      }
      try (Batch batch = store.begin()) {
        batch.freeBlocks(run.start(), run.length(), 1);
        batch.commit(new byte[0], true);
      }
      assertThat(reuses(store, run)).isFalse();
      byte[] now = new byte[content.length - 10];
      mapped.get(0, now);
      assertThat(now).isEqualTo(java.util.Arrays.copyOfRange(content, 5, content.length - 5));
      java.lang.ref.Reference.reachabilityFence(keeper);
      keeper = null;
      boolean reused = false;
      for (int i = 0; i < 100 && !reused; i++) {
        System.gc();
        reused = reuses(store, run);
      }
      assertThat(reused).isTrue();
    }
  }

  @Test
  void what_is_mapped_is_not_cut_from_the_file_while_it_is_open() throws Exception {
    Path file = folder.resolve("c");
    try (MultiStore store = MultiStore.create(FileRawStorage.create(file), 0, 0)) {
      store.trimming().impatient();
      byte[] content = SpaceModel.bytes(1, 3000 * BlockRun.BLOCK_BYTES).array();
      BlockRun run;
      try (Batch batch = store.begin()) {
        run = batch.allocateBlocks(3000);
        batch.writeBlocks(run.start(), ByteBuffer.wrap(content));
        batch.commit(new byte[0], true);
      }
      Object keeper = new Object();
      int part = 1000 * BlockRun.BLOCK_BYTES;
      MappedByteBuffer mapped;
      try (Pin pin = store.pin()) {
        mapped = store.map(run.start() + 1500, 0, part, new Kept(keeper, part));
      }
      try (Batch batch = store.begin()) {
        batch.freeBlocks(run.start(), run.length(), 1);
        batch.commit(new byte[0], true);
      }
      store.trim(false);
      long mappedEnd = (run.start() + 2500) * BlockRun.BLOCK_BYTES;
      assertThat(Files.size(file)).isBetween(mappedEnd, mappedEnd * 5 / 4);
      byte[] now = new byte[part];
      mapped.get(0, now);
      int from = 1500 * BlockRun.BLOCK_BYTES;
      assertThat(now).isEqualTo(java.util.Arrays.copyOfRange(content, from, from + part));
      java.lang.ref.Reference.reachabilityFence(keeper);
    }
  }

  /** Writes and frees many times as much as is mapped, in commits; whether that met its blocks. */
  private static boolean reuses(MultiStore store, BlockRun mapped) throws IOException {
    boolean met = false;
    BlockRun last = null;
    for (int i = 0; i < 12; i++) {
      try (Batch batch = store.begin()) {
        if (last != null) {
          batch.freeBlocks(last.start(), last.length(), 1);
        }
        last = batch.allocateBlocks(1000);
        batch.writeBlocks(last.start(), ByteBuffer.allocate(last.length() * BlockRun.BLOCK_BYTES));
        batch.commit(new byte[0], true);
      }
      met |= last.start() < mapped.end() && mapped.start() < last.end();
    }
    try (Batch batch = store.begin()) {
      batch.freeBlocks(last.start(), last.length(), 1);
      batch.commit(new byte[0], true);
    }
    return met;
  }
}
