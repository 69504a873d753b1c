package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.CapsaFullException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.raw.RawStorage;
import dev.capsa.store.MultiStore;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of all sizes in a container that comes to its limit, or on a medium that is full: a change
 * is refused with nothing accepted, or the next force succeeds; what removes is never refused, and
 * gives room.
 */
class FullFilesTest {
  private static final int PAGE = FileDelta.PAGE_BYTES;
  private static final long SEEDS = 3;

  private enum Sizes {
    SMALL,
    LARGE,
    MIXED
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void small_files_are_refused_before_a_commit_is(Layout layout) throws IOException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      run(layout, Sizes.SMALL, seed, false);
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void large_files_are_refused_before_a_commit_is(Layout layout) throws IOException {
    for (long seed = 11; seed < 11 + SEEDS; seed++) {
      run(layout, Sizes.LARGE, seed, false);
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void files_of_all_sizes_are_refused_before_a_commit_is(Layout layout) throws IOException {
    for (long seed = 21; seed < 21 + SEEDS; seed++) {
      run(layout, Sizes.MIXED, seed, false);
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void a_full_medium_hits_the_writer_alone(Layout layout) throws IOException {
    for (long seed = 31; seed < 31 + 2 * SEEDS; seed++) {
      run(layout, Sizes.MIXED, seed, true);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void copies_are_refused_before_a_commit_is(boolean medium) throws IOException {
    for (long seed = 41; seed < 41 + 2 * SEEDS; seed++) {
      run(Layout.EXTENTS, seed % 2 == 0 ? Sizes.LARGE : Sizes.MIXED, seed, medium, true);
    }
  }

  private static void run(Layout layout, Sizes sizes, long seed, boolean medium)
      throws IOException {
    run(layout, sizes, seed, medium, false);
  }

  private static void run(Layout layout, Sizes sizes, long seed, boolean medium, boolean copies)
      throws IOException {
    Random random = new Random(seed);
    long most = (12L << 20) + random.nextInt(28 << 20);
    most = random.nextInt(3) == 0 ? (2L << 20) + random.nextInt(4 << 20) : most;
    Files files = new Files(layout, sizes, random, most, medium);
    files.copies = copies;
    files.what = layout + ", " + sizes + ", seed " + seed + ", " + most + " bytes";
    for (int phase = 0; phase < 3; phase++) {
      files.fill();
      files.force();
      assertThat(files.bytes()).as(files.what).isGreaterThan(phase == 0 ? most * 6 / 10 : 0);
      files.overwrite();
      files.force();
      files.verify();
      files.removeSome();
      files.reopen();
    }
    files.close();
  }

  /** Files with their expected content: bytes that follow from a seed for each page. */
  private static final class Files {
    private static final int REFUSALS = 12;

    final Layout layout;
    final Sizes sizes;
    final Random random;
    final long most;
    final boolean medium;
    final TreeMap<Long, List<Long>> expected = new TreeMap<>();
    final TreeMap<Long, Long> lengths = new TreeMap<>();
    MemoryRawStorage raw;
    MultiStore store;
    Repository repository;
    String what = "";
    boolean copies;

    Files(Layout layout, Sizes sizes, Random random, long most, boolean medium) throws IOException {
      this.layout = layout;
      this.sizes = sizes;
      this.random = random;
      this.most = most;
      this.medium = medium;
      raw = medium ? new MemoryRawStorage(most) : new MemoryRawStorage();
      store = MultiStore.create(raw, layout.ordinal(), medium ? 0 : most);
      begin();
    }

    private void begin() throws IOException {
      repository =
          Repository.open(
              store, new StoreContentStore(store, layout), Rig.WHEN_ASKED.withCacheBytes(1 << 20));
    }

    void reopen() throws IOException {
      repository.close();
      assertThat(repository.statistics().failedCommits()).as(what).isZero();
      store.close();
      raw = raw.reopen();
      store = MultiStore.open((RawStorage) raw, false, medium ? 0 : most);
      begin();
      verify();
    }

    void close() throws IOException {
      repository.close();
      store.close();
    }

    private int newSize() {
      return switch (sizes) {
        case SMALL -> 1 + random.nextInt(random.nextInt(10) == 0 ? 66_000 : 9_000);
        case LARGE -> 200_000 + random.nextInt(3_000_000);
        case MIXED -> {
          int kind = random.nextInt(12);
          yield kind == 0
              ? 1 + random.nextInt(1_500_000)
              : kind < 5 ? 30_000 + random.nextInt(40_000) : 1 + random.nextInt(6_000);
        }
      };
    }

    /** Creates and extends files until it was refused some times. */
    void fill() throws IOException {
      int refusals = 0;
      int accepted = 0;
      while (refusals < REFUSALS) {
        long inode = repository.newInode();
        int size = newSize();
        boolean whole = true;
        for (int at = 0; at < size && whole; at += 256 << 10) {
          whole = write(inode, at, Math.min(size - at, 256 << 10), true);
        }
        refusals += whole ? 0 : 1;
        accepted += lengths.containsKey(inode) ? 1 : 0;
        if (copies) {
          refusals += copy() ? 0 : 1;
        }
        forceAtTimes(sizes == Sizes.SMALL ? 400 : 40);
      }
      assertThat(accepted > 0 || copies).as(what).isTrue(); // copies go without giving room
    }

    void overwrite() throws IOException {
      int refusals = 0;
      List<Long> inodes = new ArrayList<>(lengths.keySet());
      for (int i = 0; i < 600 && refusals < REFUSALS; i++) {
        long inode = inodes.get(random.nextInt(inodes.size()));
        int pages = (int) (lengths.get(inode) / PAGE);
        int page = pages == 0 ? 0 : random.nextInt(pages);
        int count = Math.min(1 + random.nextInt(4), Math.max(1, pages - page)) * PAGE;
        refusals += write(inode, page * PAGE, count, false) ? 0 : 1;
        if (random.nextInt(20) == 0) {
          refusals += truncate(inode) ? 0 : 1;
        }
        if (copies && random.nextInt(8) == 0) {
          copy();
        }
        forceAtTimes(60);
      }
    }

    long bytes() {
      return lengths.values().stream().mapToLong(length -> length).sum();
    }

    private void forceAtTimes(int times) throws IOException {
      if (random.nextInt(times) == 0) {
        force();
      }
    }

    void force() throws IOException {
      try {
        repository.force();
      } catch (CapsaFullException e) {
        throw new AssertionError(what + ": what was accepted does not fit", e);
      }
    }

    /** Writes whole pages, the last one cut if the file is new. */
    private boolean write(long inode, int at, int count, boolean isNew) throws IOException {
      long size = lengths.getOrDefault(inode, 0L);
      long newSize = Math.max(size, at + count);
      byte[] bytes = new byte[count];
      List<Long> seeds = new ArrayList<>(expected.getOrDefault(inode, List.of()));
      for (int from = 0; from < count; from += PAGE) {
        int page = (at + from) / PAGE;
        while (seeds.size() <= page) {
          seeds.add(0L);
        }
        seeds.set(page, random.nextLong() | 1);
        byte[] content = content(seeds.get(page));
        System.arraycopy(content, 0, bytes, from, Math.min(PAGE, count - from));
      }
      try {
        repository.write(
            inode,
            at,
            ByteBuffer.wrap(bytes),
            size,
            mutation -> {
              mutation.put(inodeKey(inode), new byte[24]);
              if (isNew && at == 0) {
                mutation.put(nameKey(inode), new byte[4]);
              }
            });
      } catch (CapsaFullException e) {
        assertThat(e).as(what).hasMessageStartingWith("nothing was accepted");
        return false;
      }
      expected.put(inode, seeds);
      lengths.put(inode, newSize);
      return true;
    }

    /** Copies a file, by sharing if it is in extents; false if there was no room. */
    private boolean copy() throws IOException {
      List<Long> inodes = new ArrayList<>(lengths.keySet());
      if (inodes.isEmpty()) {
        return true;
      }
      long source = inodes.get(random.nextInt(inodes.size()));
      long target = repository.newInode();
      try {
        if (!repository.share(repository, source, target)) {
          return true;
        }
        repository.change(
            mutation -> {
              mutation.put(inodeKey(target), new byte[24]);
              mutation.put(nameKey(target), new byte[4]);
              mutation.remove(ItemKey.of(0, ItemKey.ORPHAN, target));
            });
      } catch (CapsaFullException e) {
        assertThat(e).as(what).hasMessageStartingWith("nothing was accepted");
        return false;
      }
      expected.put(target, new ArrayList<>(expected.get(source)));
      lengths.put(target, lengths.get(source));
      return true;
    }

    private boolean truncate(long inode) throws IOException {
      long size = lengths.get(inode);
      long newSize = (size / PAGE - random.nextInt((int) (size / PAGE) + 1)) * PAGE;
      try {
        repository.truncate(
            inode, size, newSize, mutation -> mutation.put(inodeKey(inode), new byte[24]));
      } catch (CapsaFullException e) {
        assertThat(e).as(what).hasMessageStartingWith("nothing was accepted");
        return false;
      }
      int pages = (int) (newSize / PAGE);
      expected.put(inode, new ArrayList<>(expected.get(inode).subList(0, pages)));
      lengths.put(inode, newSize);
      return true;
    }

    /** Removes a third of the files; then there is room for some of them again. */
    void removeSome() throws IOException {
      List<Long> inodes = new ArrayList<>(lengths.keySet());
      for (long inode : inodes) {
        if (random.nextInt(3) == 0 || inode == inodes.get(0)) {
          repository.change(
              mutation -> {
                mutation.remove(nameKey(inode));
                mutation.remove(inodeKey(inode));
                mutation.removeContent(inode);
              });
          expected.remove(inode);
          lengths.remove(inode);
          forceAtTimes(200);
        }
      }
      force();
      long inode = repository.newInode();
      boolean room = write(inode, 0, Math.min(newSize(), 128 << 10), true);
      assertThat(room || copies).as("%s: room after a removal", what).isTrue();
      force();
    }

    void verify() throws IOException {
      try (View view = repository.view()) {
        for (long inode : lengths.keySet()) {
          List<Long> seeds = expected.get(inode);
          for (int i = 0; i < seeds.size(); i++) {
            int count = (int) Math.min(PAGE, lengths.get(inode) - (long) i * PAGE);
            byte[] page = new byte[count];
            view.read(inode, (long) i * PAGE, ByteBuffer.wrap(page));
            byte[] wanted = Arrays.copyOf(content(seeds.get(i)), count);
            if (!Arrays.equals(page, wanted)) {
              throw new AssertionError(what + ": page " + i + " of inode " + inode);
            }
          }
        }
      }
    }

    private static byte[] content(long seed) {
      byte[] bytes = new byte[PAGE];
      new SplittableRandom(seed).nextBytes(bytes);
      return bytes;
    }

    private static byte[] inodeKey(long inode) {
      return ItemKey.of(inode, ItemKey.INODE);
    }

    private static byte[] nameKey(long inode) {
      long mixed = inode * 0x9E3779B97F4A7C15L;
      byte[] name = ("file " + Long.toHexString(mixed)).getBytes(StandardCharsets.UTF_8);
      return ItemKey.of(1, ItemKey.ENTRY, name);
    }
  }
}
