package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MultiStore;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeDiff;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commit of a rollback, beside what else the committer does. */
class RewindTest {
  private static final byte[] KEY = ItemKey.of(7, ItemKey.INODE);

  private final AtomicReference<Runnable> atCut = new AtomicReference<>(() -> {});
  private Repository repository;

  @BeforeEach
  void open() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    StoreContentStore content = new StoreContentStore(store, StoreContentStore.Layout.EXTENTS);
    Probe probe =
        point -> {
          if (point == Probe.Point.CUT) {
            atCut.getAndSet(() -> {}).run();
          }
        };
    repository =
        Repository.open(
            store,
            content,
            RepositoryOptions.DEFAULT.withCommitIntervalMillis(1_000_000),
            new Repository.Hooks(true, true, probe));
  }

  @AfterEach
  void close() throws IOException {
    repository.close();
  }

  private void set(int value) throws IOException {
    repository.change(mutation -> mutation.put(KEY, new byte[] {(byte) value}));
  }

  private int value() throws IOException {
    try (View view = repository.view()) {
      byte[] value = view.get(KEY);
      return value == null ? 0 : value[0];
    }
  }

  /** All items become as they were. */
  private static void revert(Tree now, Tree then, Reversal reversal) throws IOException {
    TreeDiff items = new TreeDiff(now, then);
    while (items.next()) {
      byte[] value = items.newValue();
      if (value == null) {
        reversal.remove(items.key());
      } else {
        reversal.put(items.key(), value);
      }
    }
  }

  @Test
  void what_came_before_is_committed_and_kept_also_if_a_round_is_at_work() throws Exception {
    set(1);
    long old = repository.keep("old");
    set(2);
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch done = new CountDownLatch(1);
      AtomicReference<Future<KeptRevision>> rollback = new AtomicReference<>();
      atCut.set(
          () -> {
            rollback.set(
                executor.submit(
                    () -> {
                      set(3); // not in the round that has cut just now
                      return repository.rewind(old, RewindTest::revert);
                    }));
            while (!repository.rewindWaits() && !rollback.get().isDone()) {
              Thread.onSpinWait();
            }
            done.countDown();
          });
      repository.force();
      done.await();
      KeptRevision before = rollback.get().get();
      assertThat(value()).isEqualTo(1);
      try (KeptHead kept = repository.openKept(before.name());
          View view = kept.view()) {
        assertThat(view.get(KEY)).containsExactly(3);
      }
      repository.rewind(before.sequence(), RewindTest::revert);
      assertThat(value()).isEqualTo(3);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void what_goes_wrong_with_the_difference_changes_nothing_and_stops_nobody() throws IOException {
    set(1);
    long old = repository.keep("old");
    set(2);
    assertThatThrownBy(
            () ->
                repository.rewind(
                    old,
                    (now, then, reversal) -> {
                      revert(now, then, reversal);
                      throw new IllegalStateException("on purpose");
                    }))
        .isInstanceOf(CapsaException.class)
        .hasMessageContaining("nothing was rolled back")
        .hasMessageContaining("on purpose");
    assertThat(value()).isEqualTo(2);
    assertThat(repository.kept()).hasSize(1);
    assertThatThrownBy(() -> repository.rewind(old + 1, RewindTest::revert))
        .isInstanceOf(CapsaNoSuchSnapshotException.class);
    set(3);
    repository.rewind(old, RewindTest::revert);
    assertThat(value()).isEqualTo(1);
  }

  @Test
  void what_does_not_belong_to_a_file_may_change_meanwhile() throws IOException {
    set(1);
    long old = repository.keep("old");
    set(2);
    byte[] profile = ItemKey.of(0, ItemKey.PROFILE, 9);
    repository.rewind(
        old,
        (now, then, reversal) -> {
          revert(now, then, reversal);
          repository.change(mutation -> mutation.put(profile, new byte[] {5}));
        });
    assertThat(value()).isEqualTo(1);
    repository.force();
    try (View view = repository.view()) {
      assertThat(view.get(profile)).containsExactly(5);
    }
  }
}
