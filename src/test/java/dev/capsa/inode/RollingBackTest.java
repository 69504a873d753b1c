package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaCorruptException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.inode.FileTree.FileHandle;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RepositoryOptions;
import dev.capsa.repo.View;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MultiStore;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollbacks where it matters how an inode came and went. */
class RollingBackTest {
  private static final NewFile ANY = new NewFile(0644, "a", "b");
  private static final byte[] F = "f".getBytes(StandardCharsets.UTF_8);
  private static final byte[] G = "g".getBytes(StandardCharsets.UTF_8);

  private MemoryRawStorage raw = new MemoryRawStorage();
  private MultiStore store;
  private Repository repository;
  private FileTree tree;

  private void open(Layout layout, TimeSource time, RepositoryOptions options) throws IOException {
    store = MultiStore.create(raw, layout.ordinal(), 0);
    StoreContentStore content = new StoreContentStore(store, layout);
    repository = Repository.open(store, content, options.withCommitIntervalMillis(1_000_000));
    tree = CatalogFileTree.create(repository, content, time, ANY);
  }

  /** As after a crash: nothing is moved before. */
  private void reopen() throws IOException {
    tree.force();
    repository.abandon();
    raw = raw.reopen();
    store = MultiStore.open(raw, false, 0);
    StoreContentStore content = new StoreContentStore(store, Layout.values()[store.layout()]);
    repository = Repository.open(store, content, RepositoryOptions.DEFAULT);
    tree = CatalogFileTree.open(repository, content, TimeSource.system());
  }

  @BeforeEach
  void open() throws IOException {
    open(Layout.EXTENTS, TimeSource.system(), RepositoryOptions.DEFAULT);
  }

  @AfterEach
  void check_and_close() throws IOException {
    tree.force();
    awaitNoOrphans();
    List<String> faults = new ArrayList<>();
    ContainerCheck.check(store, true, (place, what) -> faults.add(place + ": " + what));
    assertThat(faults).isEmpty();
    repository.close();
  }

  private void awaitNoOrphans() throws IOException {
    boolean left = true;
    while (left) {
      try (View view = repository.view()) {
        byte[] end = ItemKey.of(0, (byte) (ItemKey.ORPHAN + 1));
        left = view.cursor(ItemKey.of(0, ItemKey.ORPHAN), end).next();
      }
      Thread.onSpinWait();
    }
  }

  private KeptRevision rollBack(long revision) throws IOException {
    return tree.rollBack(
            revision,
            new FileTree.Onlooker() {
              @Override
              public Set<Long> directories() {
                return Set.of();
              }

              @Override
              public void done(Rollback what) {}
            })
        .orElseThrow();
  }

  private long create(byte[] name, byte[] content) throws IOException {
    long inode = tree.createFile(ROOT, name, ANY).number();
    write(inode, 0, content);
    return inode;
  }

  private void write(long inode, long position, byte[] content) throws IOException {
    try (FileHandle file = tree.open(inode)) {
      file.write(position, ByteBuffer.wrap(content));
    }
  }

  private byte[] read(byte[] name) throws IOException {
    try (FileHandle file = tree.open(tree.lookup(ROOT, name).inode())) {
      ByteBuffer all = ByteBuffer.allocate((int) file.size());
      while (all.hasRemaining()) {
        file.read(all.position(), all);
      }
      return all.array();
    }
  }

  private static byte[] filled(int length, int with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void content_comes_back_though_the_clock_stands_still(Layout layout) throws IOException {
    repository.close();
    raw = new MemoryRawStorage();
    open(layout, () -> 1_000, RepositoryOptions.DEFAULT);
    int[] sizes = {10, 30_000, 200_000};
    for (int size : sizes) {
      byte[] name = Integer.toString(size).getBytes(StandardCharsets.UTF_8);
      create(name, filled(size, 1));
    }
    long old = repository.keep("old");
    for (int size : sizes) {
      byte[] name = Integer.toString(size).getBytes(StandardCharsets.UTF_8);
      write(tree.lookup(ROOT, name).inode(), 0, filled(size, 2));
    }
    rollBack(old);
    for (int size : sizes) {
      byte[] name = Integer.toString(size).getBytes(StandardCharsets.UTF_8);
      assertThat(read(name)).isEqualTo(filled(size, 1));
    }
  }

  /** Each second page, so that the file has so many extents. */
  private static void writeScattered(FileHandle file, int pages) throws IOException {
    for (int i = 0; i < pages; i++) {
      file.write(i * 8192L, ByteBuffer.wrap(filled(4096, i)));
    }
  }

  private void requireScattered(int pages) throws IOException {
    byte[] all = read(F);
    assertThat(all).hasSize((pages - 1) * 8192 + 4096);
    for (int i = 0; i < pages; i++) {
      assertThat(all[i * 8192]).isEqualTo((byte) i);
      assertThat(all[i * 8192 + 4095]).isEqualTo((byte) i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void a_file_that_is_half_removed_comes_back_whole_and_stays(int commits) throws IOException {
    int pages = 14_000; // more than three commits remove
    long inode = tree.createFile(ROOT, F, ANY).number();
    try (FileHandle file = tree.open(inode)) {
      writeScattered(file, pages);
    }
    long old = repository.keep("old");
    tree.remove(ROOT, F);
    for (int i = 0; i < commits; i++) {
      tree.force();
    }
    rollBack(old);
    assertThat(tree.lookup(ROOT, F).inode()).isEqualTo(inode);
    requireScattered(pages);
    awaitNoOrphans();
    for (int i = 0; i < 5; i++) {
      create(("other" + i).getBytes(StandardCharsets.UTF_8), filled(100, i));
      tree.force();
    }
    requireScattered(pages);
  }

  @Test
  void what_had_no_name_then_does_not_come_back() throws IOException {
    long inode = create(F, filled(200_000, 1));
    long named = repository.keep("named");
    long nameless;
    try (FileHandle open = tree.open(inode)) {
      tree.remove(ROOT, F);
      create(G, filled(10, 1));
      nameless = repository.keep("nameless");
      tree.remove(ROOT, tree.lookup(ROOT, G).name());
      rollBack(nameless);
      assertThat(tree.lookup(ROOT, F)).isNull();
      assertThat(read(G)).hasSize(10);
      assertThat(open.size()).isEqualTo(200_000);
      ByteBuffer some = ByteBuffer.allocate(10);
      assertThat(open.read(150_000, some)).isEqualTo(10);
      assertThat(some.get(0)).isEqualTo((byte) 1);
    }
    rollBack(named); // from where it is gone
    assertThat(read(F)).isEqualTo(filled(200_000, 1));
    rollBack(nameless); // and the state then has its items, without a name
    assertThat(tree.lookup(ROOT, F)).isNull();
    assertThat(tree.inode(inode)).isNull();
    awaitNoOrphans();
    rollBack(named);
    assertThat(tree.lookup(ROOT, F).inode()).isEqualTo(inode);
    assertThat(read(F)).isEqualTo(filled(200_000, 1));
  }

  @Test
  void a_revision_with_damage_is_refused_and_writing_goes_on() throws IOException {
    byte[] gone = "gone-since-then".getBytes(StandardCharsets.UTF_8);
    create(gone, filled(10, 1));
    long old = repository.keep("old");
    tree.remove(ROOT, gone);
    create(F, filled(10, 3));
    List<Long> places = find(gone, 1);
    reopen();
    for (long place : places) {
      raw.write(place, ByteBuffer.wrap(new byte[] {'G'}));
    }

    assertThatThrownBy(() -> rollBack(old))
        .isInstanceOf(CapsaCorruptException.class)
        .hasMessageContaining("nothing was rolled back");

    assertThat(read(F)).isEqualTo(filled(10, 3));
    assertThat(tree.lookup(ROOT, gone)).isNull();
    assertThat(repository.kept()).hasSize(1);
    for (long place : places) {
      raw.write(place, ByteBuffer.wrap(new byte[] {'g'}));
    }
    create(G, filled(10, 2));
    rollBack(old);
    assertThat(read(gone)).isEqualTo(filled(10, 1));
    assertThat(tree.lookup(ROOT, F)).isNull();
  }

  @Test
  void a_file_whose_content_is_damaged_comes_back_as_it_is() throws IOException {
    create(F, filled(20_000, 77));
    long old = repository.keep("old");
    write(tree.lookup(ROOT, F).inode(), 0, filled(20_000, 3));
    long place = find(filled(20_000, 77), 64).get(0);
    reopen();
    raw.write(place + 5_000, ByteBuffer.wrap(filled(10, 0)));
    rollBack(old);
    assertThatThrownBy(() -> read(F)).isInstanceOf(CapsaCorruptException.class);
    raw.write(place + 5_000, ByteBuffer.wrap(filled(10, 77)));
    assertThat(read(F)).isEqualTo(filled(20_000, 77));
  }

  /** Where bytes lie on the medium. */
  private List<Long> find(byte[] wanted, int alignment) throws IOException {
    tree.force();
    ByteBuffer all = ByteBuffer.allocate((int) raw.length());
    raw.read(0, all);
    byte[] bytes = all.array();
    List<Long> found = new ArrayList<>();
    for (int at = 0; at + wanted.length <= bytes.length; at += alignment) {
      if (bytes[at] == wanted[0]
          && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        found.add((long) at);
      }
    }
    assertThat(found).isNotEmpty();
    return found;
  }

  @Test
  void writers_that_wait_for_memory_do_not_hold_up_a_rollback() throws Exception {
    repository.close();
    raw = new MemoryRawStorage();
    open(
        Layout.EXTENTS,
        TimeSource.system(),
        RepositoryOptions.DEFAULT.withDirtyLimitBytes(2 << 20));
    long inode = create(F, filled(50_000, 1));
    long old = repository.keep("old");
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService executor = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        long offset = i * 1_000_000L;
        writers.add(
            executor.submit(
                () -> {
                  while (!over.get()) {
                    write(inode, offset, filled(900_000, 5));
                  }
                  return null;
                }));
      }
      int done = 0;
      for (int i = 0; i < 10_000 && done < 60; i++) {
        KeptRevision before = rollBack(old);
        if (!before.name().equals("old") && !before.name().isEmpty()) { // something was written
          repository.drop(before.name());
          done++;
        }
      }
      assertThat(done).isEqualTo(60);
      over.set(true);
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      over.set(true);
      executor.shutdownNow();
    }
    rollBack(old);
    assertThat(read(F)).isEqualTo(filled(50_000, 1));
  }
}
