package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.CapsaFullException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.store.MultiStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A container that comes to its limit: whatever was accepted is committed. */
class FullContainerTest {
  private static final int PAGE = FileDelta.PAGE_BYTES;
  private static final long FILE = 7;

  @ParameterizedTest
  @EnumSource(Layout.class)
  void random_overwrites_are_refused_before_a_commit_is(Layout layout) throws IOException {
    for (long seed = 1; seed <= 12; seed++) {
      Random random = new Random(seed);
      int pages = 64 + random.nextInt(192);
      long most = (long) pages * PAGE + (1L << 20) + random.nextInt(1 << 20);
      overwriteUntilFull(layout, random, pages, most, "seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void random_overwrites_of_large_segments_are_refused_before_a_commit_is(Layout layout)
      throws IOException {
    for (long seed = 101; seed <= 106; seed++) {
      Random random = new Random(seed);
      long most = (12L << 20) + random.nextInt(28 << 20);
      int pages = (int) (most / PAGE * (20 + random.nextInt(30)) / 100);
      overwriteUntilFull(layout, random, pages, most, "seed " + seed);
    }
  }

  private static void overwriteUntilFull(
      Layout layout, Random random, int pages, long most, String what) throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), layout.ordinal(), most);
    StoreContentStore content = new StoreContentStore(store, layout);
    Repository repository = Repository.open(store, content, Rig.WHEN_ASKED.withCacheBytes(1 << 20));
    byte[][] expected = new byte[pages][];
    long size = 0;
    for (int i = 0; i < pages; i++) {
      size = write(repository, expected, i, size, random);
    }
    repository.force();
    int accepted = 0;
    int forced = 0;
    try {
      while (true) {
        size = write(repository, expected, random.nextInt(pages), size, random);
        accepted++;
        if (random.nextInt(60) == 0) {
          force(repository, what);
          forced++;
        }
        if (forced == 12) { // room that suffices for ever: it never gets full
          break;
        }
      }
    } catch (CapsaFullException e) {
      assertThat(e).as(what).hasMessageStartingWith("nothing was accepted");
    }
    assertThat(accepted).as(what).isPositive();
    force(repository, what);
    try (View view = repository.view()) {
      byte[] page = new byte[PAGE];
      for (int i = 0; i < pages; i++) {
        view.read(FILE, (long) i * PAGE, ByteBuffer.wrap(page));
        assertThat(page).as("%s, page %d", what, i).isEqualTo(expected[i]);
      }
    }
    repository.close();
    assertThat(repository.statistics().failedCommits()).as(what).isZero();
    store.close();
  }

  private static void force(Repository repository, String what) throws IOException {
    try {
      repository.force();
    } catch (CapsaFullException e) {
      throw new AssertionError(what + ": what was accepted does not fit", e);
    }
  }

  private static long write(
      Repository repository, byte[][] expected, int page, long size, Random random)
      throws IOException {
    byte[] bytes = new byte[PAGE];
    random.nextBytes(bytes);
    repository.write(FILE, (long) page * PAGE, ByteBuffer.wrap(bytes), size, mutation -> {});
    expected[page] = bytes;
    return Math.max(size, (page + 1L) * PAGE);
  }
}
