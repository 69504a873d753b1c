package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random changes against arrays, as a live head would gather them: several writes and cuts between
 * two commits become one change with its size, kept length and pages. More seeds by {@code
 * -Dcapsa.block.seeds=1000}.
 */
class StoreContentStoreModelTest {
  private static final int SEEDS = Integer.getInteger("capsa.block.seeds", 60);
  private static final int PAGE = ContentChange.PAGE_BYTES;

  /** One file: what it holds, and what changed since the last commit. */
  private static final class File {
    byte[] bytes = new byte[0];
    long keep;
    NavigableMap<Long, byte[]> pages = new TreeMap<>();

    void write(int at, byte[] written) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length, at + written.length));
      System.arraycopy(written, 0, bytes, at, written.length);
      for (long page = at / PAGE; page * PAGE < at + written.length; page++) {
        pages.put(page, new byte[0]);
      }
    }

    void truncate(int size) {
      bytes = Arrays.copyOf(bytes, size);
      keep = Math.min(keep, size);
      pages.tailMap((long) Blocks.blockCount(size, PAGE), true).clear();
    }

    ContentChange change() {
      for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
        int from = (int) (page.getKey() * PAGE);
        int to = Math.min(bytes.length, from + PAGE);
        page.setValue(Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), PAGE));
      }
      ContentChange change = new ContentChange(bytes.length, keep, pages);
      keep = bytes.length;
      pages = new TreeMap<>();
      return change;
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void random_changes_agree_with_a_model(Layout layout) throws IOException {
    long first = Long.getLong("capsa.block.seed", 1);
    for (long seed = first; seed < first + SEEDS; seed++) {
      history(layout, seed);
    }
  }

  private static void history(Layout layout, long seed) throws IOException {
    Random random = new Random(seed);
    // The largest size says which of the forms the history goes through.
    int most = new int[] {3_000, 9_000, 90_000, 400_000}[random.nextInt(4)];
    File[] files = {new File(), new File(), new File()};
    try (TestContainer container = new TestContainer()) {
      if (random.nextInt(3) == 0) {
        container.space.longestRun(1 + random.nextInt(5));
      }
      StoreContentStore store = new StoreContentStore(container.space, layout);
      for (int step = 0; step < 40; step++) {
        String where = layout + ", seed " + seed + ", step " + step;
        for (int i = 0; i < files.length; i++) {
          if (random.nextInt(3) > 0) {
            change(container, store, files, i, most, random);
          }
        }
        if (random.nextInt(12) == 0) {
          container.abort();
          return;
        }
        container.commit();
        Map<Long, Long> sizes = new TreeMap<>();
        for (int i = 0; i < files.length; i++) {
          sizes.put((long) i + 1, (long) files[i].bytes.length);
          compare(container, store, i + 1, files[i].bytes, random, where);
        }
        try {
          container.check(sizes);
        } catch (AssertionError e) {
          throw new AssertionError(where, e);
        }
      }
    }
  }

  private static void change(
      TestContainer container,
      StoreContentStore store,
      File[] files,
      int i,
      int most,
      Random random)
      throws IOException {
    if (random.nextInt(15) == 0) {
      store.remove(container.committed, container.next, container.batch, i + 1);
      files[i] = new File();
      return;
    }
    File file = files[i];
    for (int operations = random.nextInt(4); operations >= 0; operations--) {
      int size = file.bytes.length;
      switch (random.nextInt(7)) {
        case 0 -> file.truncate(random.nextInt(size + 1));
        case 1 -> file.truncate(random.nextInt(most));
        case 2 -> file.truncate(size / PAGE * PAGE);
        case 3, 4 -> file.write(random.nextInt(size + 1), bytes(random, most / 10 + 1));
        case 5 -> file.write(size, bytes(random, random.nextBoolean() ? 300 : 3 * PAGE));
        default -> file.write(random.nextInt(most), bytes(random, 100));
      }
    }
    store.write(container.committed, container.next, container.batch, i + 1, file.change());
  }

  private static void compare(
      TestContainer container,
      StoreContentStore store,
      long inode,
      byte[] expected,
      Random random,
      String where)
      throws IOException {
    int from = random.nextInt(4) > 0 ? 0 : random.nextInt(expected.length + 1);
    int length = expected.length - from + random.nextInt(10_000);
    ByteBuffer read = random.nextBoolean() ? ByteBuffer.allocate(length + 7) : direct(length + 7);
    read.position(3).limit(length + 3);
    store.read(container.committed, inode, from, read);
    assertThat(read.hasRemaining()).as(where).isFalse();
    assertThat(read.limit()).as(where).isEqualTo(length + 3);
    byte[] actual = new byte[length];
    read.position(3).get(actual);
    int wrong = Arrays.mismatch(actual, Arrays.copyOfRange(expected, from, from + length));
    assertThat(wrong).as("first wrong byte of inode %d, %s", inode, where).isEqualTo(-1);
  }

  private static ByteBuffer direct(int length) {
    return ByteBuffer.allocateDirect(length);
  }

  private static byte[] bytes(Random random, int most) {
    byte[] bytes = new byte[1 + random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }
}
