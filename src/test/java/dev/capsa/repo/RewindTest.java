package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaException;
import dev.capsa.CapsaFullException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.inode.CatalogFileTree;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.NewFile;
import dev.capsa.inode.Rollback;
import dev.capsa.inode.TimeSource;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MultiStore;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeDiff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commit of a rollback, beside what else the committer does. */
class RewindTest {
  private static final byte[] KEY = ItemKey.of(7, ItemKey.INODE);

  private final AtomicReference<Runnable> atCut = new AtomicReference<>(() -> {});
  private final AtomicReference<Runnable> whenPublished = new AtomicReference<>(() -> {});
  private MultiStore store;
  private StoreContentStore content;
  private Repository repository;

  @BeforeEach
  void open() throws IOException {
    open(new MemoryRawStorage());
  }

  private void open(MemoryRawStorage raw) throws IOException {
    store = MultiStore.create(raw, 0, 0);
    content = new StoreContentStore(store, StoreContentStore.Layout.EXTENTS);
    Probe probe =
        point -> {
          if (point == Probe.Point.CUT) {
            atCut.getAndSet(() -> {}).run();
          } else if (point == Probe.Point.PUBLISHED) {
            whenPublished.get().run();
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
  void no_file_is_read_past_its_end_when_it_has_got_shorter() throws IOException {
    NewFile how = new NewFile(0644, "o", "g");
    FileTree tree = CatalogFileTree.create(repository, content, TimeSource.system(), how);
    long inode = tree.createFile(FileTree.ROOT, new byte[] {'f'}, how).number();
    try (FileTree.FileHandle file = tree.open(inode)) {
      file.write(0, ByteBuffer.wrap(new byte[] {1, 1, 1}));
      long old = repository.keep("old");
      file.write(0, ByteBuffer.wrap(new byte[100_000]));
      tree.force();
      assertThat(file.read(50_000, ByteBuffer.allocate(10))).isEqualTo(10);
      List<Integer> reads = new ArrayList<>();
      whenPublished.set(
          () -> {
            try {
              reads.add(file.read(50_000, ByteBuffer.allocate(10)));
              reads.add(file.read(0, ByteBuffer.allocate(10)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      tree.rollBack(old, NOBODY);
      whenPublished.set(() -> {});
      assertThat(reads).containsExactly(-1, 3);
    }
  }

  @Test
  void a_change_waits_until_it_is_done() throws Exception {
    NewFile how = new NewFile(0644, "o", "g");
    FileTree tree = CatalogFileTree.create(repository, content, TimeSource.system(), how);
    byte[] name = {'f'};
    long old = repository.keep("old");
    tree.createFile(FileTree.ROOT, new byte[] {'g'}, how);
    AtomicBoolean made = new AtomicBoolean();
    List<Boolean> seen = new ArrayList<>();
    Thread maker =
        new Thread(
            () -> {
              try {
                tree.createFile(FileTree.ROOT, name, how);
                made.set(true);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    whenPublished.set(
        () -> {
          if (maker.getState() == Thread.State.NEW && rewinding(old)) {
            maker.start();
            while (maker.getState() != Thread.State.WAITING && !made.get()) {
              Thread.onSpinWait();
            }
            seen.add(made.get());
          }
        });
    tree.rollBack(old, NOBODY);
    maker.join();
    assertThat(seen).containsExactly(false);
    assertThat(made).isTrue();
    assertThat(tree.list(FileTree.ROOT, null, 9)).hasSize(1);
    assertThat(tree.lookup(FileTree.ROOT, name)).isNotNull();
  }

  /** Whether a state before a rollback is kept. */
  private boolean rewinding(long old) {
    try {
      return repository.kept().stream().anyMatch(it -> it.sequence() > old);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final FileTree.Onlooker NOBODY =
      new FileTree.Onlooker() {
        @Override
        public Set<Long> directories() {
          return Set.of();
        }

        @Override
        public void done(Rollback what) {}
      };

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

  /** A value that fills a quarter of a leaf. */
  private static byte[] value(Random random) {
    byte[] value = new byte[3_500];
    random.nextBytes(value);
    return value;
  }

  @Test
  void what_is_done_in_a_full_container_leaves_room_to_those_who_remove() throws IOException {
    int done = 0;
    int refused = 0;
    for (int items = 10; items <= 400; items += 10) {
      repository.close();
      open(new MemoryRawStorage(6 << 20));
      Random random = new Random(items);
      for (int i = 0; i < 400; i++) {
        byte[] key = ItemKey.of(10 + i, ItemKey.INODE);
        repository.change(mutation -> mutation.put(key, value(random)));
      }
      long old = repository.keep("old");
      try {
        for (int i = 0; i < items; i++) {
          byte[] key = ItemKey.of(10 + i, ItemKey.INODE);
          repository.change(mutation -> mutation.put(key, value(random)));
        }
        for (int i = 10_000; true; i++) {
          byte[] key = ItemKey.of(i, ItemKey.INODE);
          repository.change(mutation -> mutation.put(key, value(random)));
        }
      } catch (CapsaFullException full) {
        repository.force();
      }
      try {
        repository.rewind(old, RewindTest::revert);
        done++;
        store.reserveLittle(Costs.room(Costs.LEFT, 200, 2, false));
      } catch (CapsaFullException e) {
        assertThat(e).hasMessageContaining("nothing was rolled back");
        refused++;
      }
    }
    System.out.println("full containers: " + done + " rewound, " + refused + " refused");
    assertThat(done).isPositive();
    assertThat(refused).isPositive();
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
