package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.capsa.CapsaFullException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.store.MultiStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files take blocks of others: what the head shows before, during and after the commits. */
class TakingTest {
  private static final int PAGE = FileDelta.PAGE_BYTES;
  private static final int SOURCE_PAGES = 100;
  private static final Change NOTHING = mutation -> {};

  private final Stops stops = new Stops();
  private final byte[] bytes = random(1, SOURCE_PAGES * PAGE);
  private Repository repository;
  private MultiStore store;

  private long open(long mostBytes) throws IOException {
    store = MultiStore.create(new MemoryRawStorage(), 0, mostBytes);
    repository =
        Repository.open(
            store,
            new StoreContentStore(store, Layout.EXTENTS),
            Rig.WHEN_ASKED,
            new Repository.Hooks(true, true, stops));
    long source = repository.newInode();
    write(source, 0, bytes, 0);
    return source;
  }

  @AfterEach
  void abandon() {
    repository.abandon();
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void write(long inode, long position, byte[] source, long size) throws IOException {
    repository.write(inode, position, ByteBuffer.wrap(source), size, NOTHING);
  }

  private byte[] read(long inode, long position, int length) throws IOException {
    try (View view = repository.view()) {
      return read(view, inode, position, length);
    }
  }

  private static byte[] read(View view, long inode, long position, int length) throws IOException {
    byte[] read = new byte[length];
    view.read(inode, position, ByteBuffer.wrap(read));
    return read;
  }

  private static void assertSame(byte[] read, byte[] expected) {
    assertThat(Arrays.mismatch(read, expected)).isEqualTo(-1);
  }

  /** Has a new file take blocks from the given one on. */
  private long take(LiveHead from, long source, long first, long at) throws IOException {
    long target = repository.newInode();
    Lent lent =
        repository.lend(from, source, first, SOURCE_PAGES - first, target, at).orElseThrow();
    repository.take(lent, target, 0, NOTHING);
    return target;
  }

  private byte[] pages(int first, int end) {
    return Arrays.copyOfRange(bytes, first * PAGE, end * PAGE);
  }

  @Test
  void taken_blocks_are_read_at_once_and_after_the_commit() throws IOException {
    long source = open(0);
    long target = take(repository, source, 10, 3);
    long before = repository.sequence();
    assertSame(read(target, 3 * PAGE, 90 * PAGE), pages(10, 100));
    assertThat(read(target, 0, 3 * PAGE)).containsOnly(0);
    assertThat(repository.sequence()).isEqualTo(before);
    repository.force();
    assertSame(read(target, 3 * PAGE, 90 * PAGE), pages(10, 100));
    assertThat(read(target, 0, 3 * PAGE)).containsOnly(0);
  }

  @Test
  void what_is_written_to_the_source_in_the_same_commit_does_not_show() throws IOException {
    long source = open(0);
    long target = take(repository, source, 0, 0);
    byte[] other = random(2, 50 * PAGE);
    write(source, 20 * PAGE, other, bytes.length);
    assertSame(read(target, 0, bytes.length), bytes);
    repository.force();
    assertSame(read(target, 0, bytes.length), bytes);
    assertSame(read(source, 20 * PAGE, other.length), other);
  }

  @Test
  void a_source_that_is_dropped_in_the_same_commit_is_still_there_for_who_took()
      throws IOException {
    long source = open(0);
    long target = take(repository, source, 0, 0);
    repository.change(mutation -> mutation.removeContent(source));
    assertSame(read(target, 0, bytes.length), bytes);
    repository.force();
    assertSame(read(target, 0, bytes.length), bytes);
    assertThat(read(source, 0, PAGE)).containsOnly(0);
  }

  @Test
  void what_is_written_over_taken_blocks_shows_and_what_is_cut_off_never_comes_back()
      throws IOException {
    long source = open(0);
    long target = take(repository, source, 0, 0);
    byte[] other = random(2, 3 * PAGE);
    write(target, 30 * PAGE + 5, other, bytes.length);
    byte[] expected = bytes.clone();
    System.arraycopy(other, 0, expected, 30 * PAGE + 5, other.length);
    int cut = 50 * PAGE + 7;
    repository.truncate(target, bytes.length, cut, NOTHING);
    repository.truncate(target, cut, bytes.length, NOTHING);
    Arrays.fill(expected, cut, expected.length, (byte) 0);
    assertSame(read(target, 0, bytes.length), expected);
    repository.force();
    assertSame(read(target, 0, bytes.length), expected);
    assertSame(read(source, 0, bytes.length), bytes);
  }

  @Test
  void blocks_taken_over_others_of_the_same_commit_replace_just_these() throws IOException {
    long source = open(0);
    long target = take(repository, source, 0, 0);
    write(target, 40 * PAGE, random(3, 10 * PAGE), bytes.length);
    Lent lent = repository.lend(repository, source, 1, 60, target, 20).orElseThrow();
    repository.take(lent, target, bytes.length, NOTHING);
    byte[] expected = bytes.clone();
    System.arraycopy(bytes, PAGE, expected, 20 * PAGE, 60 * PAGE);
    assertSame(read(target, 0, bytes.length), expected);
    repository.force();
    assertSame(read(target, 0, bytes.length), expected);
  }

  /**
   * The view's root lacks the file that lends; the overlay that has the range is the view's own.
   */
  @Test
  void a_view_from_before_the_lending_commit_reads_what_was_taken_since() throws IOException {
    long source = open(0);
    repository.keep("past");
    try (KeptHead past = repository.openKept("past")) {
      repository.change(mutation -> mutation.removeContent(source));
      repository.force();
      try (View before = repository.view()) {
        long target = take(past, source, 0, 0);
        assertSame(read(before, target, 0, bytes.length), bytes);
        repository.force();
        assertSame(read(before, target, 0, bytes.length), bytes);
        assertSame(read(target, 0, bytes.length), bytes);
      }
    }
  }

  @Test
  void a_revision_that_is_dropped_before_the_commit_has_lent_all_the_same() throws IOException {
    long source = open(0);
    repository.keep("past");
    repository.change(mutation -> mutation.removeContent(source));
    repository.force();
    long target;
    try (KeptHead past = repository.openKept("past")) {
      target = take(past, source, 5, 5);
    }
    repository.drop("past");
    for (int i = 0; i < 5; i++) {
      write(repository.newInode(), 0, random(i, 200 * PAGE), 0);
      repository.force();
    }
    assertSame(read(target, 5 * PAGE, 95 * PAGE), pages(5, 100));
  }

  @Test
  void what_is_done_while_what_was_taken_is_committed_comes_with_the_next_commit()
      throws Exception {
    long source = open(0);
    repository.force();
    long target = take(repository, source, 0, 0);
    write(target, 50 * PAGE, random(5, PAGE), bytes.length);
    stops.arm(Probe.Point.CUT);
    CompletableFuture<Void> commit =
        CompletableFuture.runAsync(
            () -> {
              try {
                repository.force();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    stops.awaitHeld(Probe.Point.CUT);
    write(source, 0, random(6, 20 * PAGE), bytes.length);
    repository.truncate(target, bytes.length, 60 * PAGE + 1, NOTHING);
    assertSame(read(target, 0, 50 * PAGE), pages(0, 50));
    stops.release(Probe.Point.CUT);
    commit.join();
    assertSame(read(target, 0, 50 * PAGE), pages(0, 50));
    repository.force();
    assertSame(read(target, 51 * PAGE, 9 * PAGE), pages(51, 60));
    assertThat(read(target, 60 * PAGE, PAGE)[0]).isEqualTo(bytes[60 * PAGE]);
    assertThat(Arrays.copyOfRange(read(target, 60 * PAGE, PAGE), 1, PAGE)).containsOnly(0);
  }

  @Test
  void merged_overlays_show_what_both_have_taken() throws IOException {
    open(0);
    FileDelta older = new FileDelta(0);
    older.take(range(0, 20, 7));
    older.put(30, new byte[PAGE]);
    older.grown(31 * PAGE);
    FileDelta newer = new FileDelta(31 * PAGE);
    newer.truncate(18 * PAGE + 3, 1);
    newer.take(range(5, 10, 8));
    newer.put(6, new byte[PAGE]);
    newer.grown(40 * PAGE);
    FileDelta both = FileDelta.merged(older, newer);
    assertThat(both.taken().all())
        .extracting(TakenRanges.Range::start, TakenRanges.Range::end, TakenRanges.Range::inode)
        .containsExactly(
            tuple(0L, 5L * PAGE, 7L),
            tuple(5L * PAGE, 10L * PAGE, 8L),
            tuple(10L * PAGE, 18L * PAGE + 3, 7L));
    assertThat(both.pages()).containsOnlyKeys(6L);
  }

  private TakenRanges.Range range(long first, long end, long inode) throws IOException {
    try (View items = repository.view()) {
      return new TakenRanges.Range(first * PAGE, end * PAGE, 0, inode, items, 0);
    }
  }

  /** The source has an extent for each page, so that to commit what was taken needs room. */
  @Test
  void what_a_full_container_lets_be_taken_can_be_committed() throws IOException {
    int count = 2000;
    long source = open(24 << 20);
    for (int page = SOURCE_PAGES; page < count; page += 100) {
      write(source, page * PAGE, bytes, page * PAGE);
    }
    repository.force();
    for (int page = 0; page < count; page += 2) {
      int from = page % SOURCE_PAGES;
      write(source, page * PAGE, pages(from, from + 1), count * PAGE);
    }
    repository.force();
    fill();
    List<Long> targets = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              while (true) {
                long target = repository.newInode();
                Lent lent = repository.lend(repository, source, 0, count, target, 0).orElseThrow();
                repository.take(lent, target, 0, NOTHING);
                targets.add(target);
              }
            })
        .isInstanceOf(CapsaFullException.class);
    repository.force();
    for (long target : targets) {
      assertSame(read(target, 0, bytes.length), bytes);
    }
    assertSame(read(source, 0, bytes.length), bytes);
  }

  private void fill() throws IOException {
    long ballast = repository.newInode();
    write(ballast, 0, random(9, 60 * PAGE), 0);
    repository.force();
    long filler = repository.newInode();
    int size = 0;
    for (boolean full = false; !full; size += PAGE) {
      try {
        write(filler, size, random(size, PAGE), size);
      } catch (CapsaFullException e) {
        full = true;
      }
    }
    repository.change(mutation -> mutation.removeContent(ballast));
    for (int i = 0; i < 4; i++) {
      repository.keep("settled " + i);
      repository.drop("settled " + i);
    }
  }
}
