package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.CapsaSnapshotExistsException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.raw.RawStorage;
import dev.capsa.repo.LiveHead;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RepositoryOptions;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MultiStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in revisions that are kept, over a container in memory. */
class KeptTreeTest {
  private static final NewFile ANY = new NewFile(0644, "a", "b");

  private MemoryRawStorage raw = new MemoryRawStorage();
  private Layout layout = Layout.EXTENTS;
  private MultiStore store;
  private StoreContentStore content;
  private Repository repository;
  private FileTree tree;
  private int copies;

  private void reopen() throws IOException {
    tree.force();
    repository.close();
    store.close();
    raw = raw.reopen();
    store = MultiStore.open((RawStorage) raw, false, 0);
    begin(false);
  }

  private void open(boolean create) throws IOException {
    MemoryRawStorage medium = create ? raw : raw.snapshot();
    store =
        create ? MultiStore.create(raw, layout.ordinal(), 0) : MultiStore.open(medium, false, 0);
    begin(create);
  }

  private void begin(boolean create) throws IOException {
    content = new StoreContentStore(store, layout);
    RepositoryOptions options = RepositoryOptions.DEFAULT.withCommitIntervalMillis(1_000_000);
    repository = Repository.open(store, content, options);
    tree =
        create
            ? CatalogFileTree.create(repository, content, TimeSource.system(), ANY)
            : CatalogFileTree.open(repository, content, TimeSource.system());
  }

  @AfterEach
  void abandon() {
    if (repository != null) {
      repository.abandon();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void each_kept_revision_has_the_files_that_were_there(long seed) throws IOException {
    Random random = new Random(seed);
    layout = seed % 2 == 0 ? Layout.CHAIN : Layout.EXTENTS;
    open(true);
    Map<String, byte[]> files = new HashMap<>();
    Map<String, Map<String, byte[]>> kept = new TreeMap<>();
    for (int step = 0; step < 250; step++) {
      change(random, files);
      if (random.nextInt(3) == 0) {
        copy(random, files, kept);
      }
      int dice = random.nextInt(16);
      if (dice < 3) {
        String name = "snapshot " + step;
        assertThat(repository.keep(name)).isEqualTo(repository.sequence());
        kept.put(name, new HashMap<>(files));
      } else if (dice == 3 && !kept.isEmpty()) {
        String name = List.copyOf(kept.keySet()).get(random.nextInt(kept.size()));
        repository.drop(name);
        kept.remove(name);
      } else if (dice == 4) {
        tree.force();
        assertThat(faults()).as("step %d", step).isEmpty();
      } else if (dice == 5 && !kept.isEmpty()) {
        String name = List.copyOf(kept.keySet()).get(random.nextInt(kept.size()));
        verify(name, kept.get(name));
      } else if (dice == 6) {
        reopen();
      }
    }
    assertThat(repository.kept().stream().map(KeptRevision::name))
        .containsExactlyInAnyOrderElementsOf(kept.keySet());
    for (Map.Entry<String, Map<String, byte[]>> each : kept.entrySet()) {
      verify(each.getKey(), each.getValue());
    }
    for (String name : kept.keySet()) {
      repository.drop(name);
    }
    settle();
    assertThat(store.isReclaimable()).isFalse();
    assertThat(faults()).isEmpty();
    verify(tree, files);
    assertThat(copies).isGreaterThanOrEqualTo(layout == Layout.EXTENTS ? 10 : 0);
    for (String name : files.keySet()) {
      tree.remove(ROOT, bytes(name));
    }
    tree.force();
    assertThat(store.statistics().usedBytes()).isLessThan(200_000);
    assertThat(faults()).isEmpty();
  }

  private void change(Random random, Map<String, byte[]> files) throws IOException {
    String name = "file " + random.nextInt(12);
    byte[] old = files.get(name);
    if (old != null && random.nextInt(4) == 0) {
      tree.remove(ROOT, bytes(name));
      files.remove(name);
      return;
    }
    long inode =
        old == null
            ? tree.createFile(ROOT, bytes(name), ANY).number()
            : tree.lookup(ROOT, bytes(name)).inode();
    byte[] now = old == null ? new byte[0] : old;
    try (FileTree.FileHandle handle = tree.open(inode)) {
      if (random.nextInt(4) == 0) {
        int size = random.nextInt(now.length + 1);
        handle.truncate(size);
        now = Arrays.copyOf(now, size);
      } else {
        int most = random.nextInt(3) == 0 ? 200_000 : 4000;
        byte[] written = new byte[1 + random.nextInt(most)];
        random.nextBytes(written);
        int at = random.nextInt(now.length + 1);
        handle.write(at, ByteBuffer.wrap(written));
        now = Arrays.copyOf(now, Math.max(now.length, at + written.length));
        System.arraycopy(written, 0, now, at, written.length);
      }
    }
    files.put(name, now);
  }

  /** Copies a file as it is, or as it was in a kept revision. */
  private void copy(Random random, Map<String, byte[]> files, Map<String, Map<String, byte[]>> kept)
      throws IOException {
    boolean past = random.nextBoolean() && !kept.isEmpty();
    String revision = past ? List.copyOf(kept.keySet()).get(random.nextInt(kept.size())) : "";
    Map<String, byte[]> from = past ? kept.get(revision) : files;
    if (from.isEmpty()) {
      return;
    }
    String source = List.copyOf(from.keySet()).get(random.nextInt(from.size()));
    String target = "file " + random.nextInt(12);
    byte[] bytes = from.get(source);
    boolean shared;
    if (past) {
      try (LiveHead head = repository.openKept(revision)) {
        shared =
            copy(CatalogFileTree.openReadOnly(head, content, TimeSource.system()), source, target);
      }
    } else {
      shared = !source.equals(target) && copy(tree, source, target);
    }
    boolean large = bytes.length > 64 << 10 && layout == Layout.EXTENTS;
    assertThat(shared).isEqualTo(large && (past || !source.equals(target)));
    if (shared) {
      files.put(target, bytes);
      copies++;
    }
  }

  private boolean copy(FileTree from, String source, String target) throws IOException {
    try (FileTree.FileHandle handle = from.open(from.lookup(ROOT, bytes(source)).inode())) {
      return tree.share(handle, ROOT, bytes(target), new FileCopy(ANY, true, false)).isPresent();
    }
  }

  private void verify(String name, Map<String, byte[]> files) throws IOException {
    try (LiveHead head = repository.openKept(name)) {
      verify(CatalogFileTree.openReadOnly(head, content, TimeSource.system()), files);
    }
  }

  private static void verify(FileTree tree, Map<String, byte[]> files) throws IOException {
    Map<String, Long> names = new HashMap<>();
    for (Entry entry : tree.list(ROOT, null, 1000)) {
      names.put(new String(entry.name(), StandardCharsets.UTF_8), entry.inode());
    }
    assertThat(names.keySet()).isEqualTo(files.keySet());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      assertThat(read(tree, names.get(file.getKey()))).as(file.getKey()).isEqualTo(file.getValue());
    }
  }

  private static byte[] read(FileTree tree, long inode) throws IOException {
    try (FileTree.FileHandle handle = tree.open(inode)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) handle.size());
      while (bytes.hasRemaining() && handle.read(bytes.position(), bytes) >= 0) {
        // Reads on.
      }
      assertThat(bytes.hasRemaining()).isFalse();
      return bytes.array();
    }
  }

  /** Has the background finish; each round asks for the next one. */
  private void settle() throws IOException {
    while (store.isReclaimable()) {
      long round = repository.sequence();
      tree.createFile(ROOT, bytes("settle " + round), ANY);
      tree.remove(ROOT, bytes("settle " + round));
      tree.force();
    }
  }

  private List<String> faults() throws IOException {
    List<String> faults = new ArrayList<>();
    try (MultiStore again = MultiStore.open(raw.snapshot(), true, 0)) {
      ContainerCheck.check(again, true, (place, what) -> faults.add(place + ": " + what));
    }
    return faults;
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private void write(String name, byte[] now) throws IOException {
    Entry entry = tree.lookup(ROOT, bytes(name));
    long inode = entry == null ? tree.createFile(ROOT, bytes(name), ANY).number() : entry.inode();
    try (FileTree.FileHandle handle = tree.open(inode)) {
      handle.truncate(0);
      handle.write(0, ByteBuffer.wrap(now));
    }
  }

  @Test
  void who_reads_a_revision_that_is_dropped_goes_on() throws IOException {
    open(true);
    byte[] first = new byte[300_000];
    new Random(1).nextBytes(first);
    write("a", first);
    repository.keep("kept");
    LiveHead head = repository.openKept("kept");
    FileTree past = CatalogFileTree.openReadOnly(head, content, TimeSource.system());
    repository.drop("kept");
    assertThatThrownBy(() -> repository.openKept("kept"))
        .isInstanceOf(CapsaNoSuchSnapshotException.class);
    for (int i = 0; i < 30; i++) {
      byte[] other = new byte[300_000];
      new Random(100 + i).nextBytes(other);
      write("a", other);
      tree.force();
    }
    verify(past, Map.of("a", first));
    head.close();
    head.close();
    settle();
    assertThat(faults()).isEmpty();
  }

  @Test
  void a_kept_revision_cannot_be_changed() throws IOException {
    open(true);
    write("a", new byte[10]);
    repository.keep("kept");
    try (LiveHead head = repository.openKept("kept")) {
      FileTree past = CatalogFileTree.openReadOnly(head, content, TimeSource.system());
      assertThatThrownBy(() -> past.remove(ROOT, bytes("a"))).isInstanceOf(CapsaException.class);
      long inode = past.lookup(ROOT, bytes("a")).inode();
      try (FileTree.FileHandle handle = past.open(inode)) {
        assertThatThrownBy(() -> handle.write(0, ByteBuffer.wrap(new byte[1])))
            .isInstanceOf(CapsaException.class);
        assertThatThrownBy(() -> handle.truncate(3)).isInstanceOf(CapsaException.class);
      }
      verify(past, Map.of("a", new byte[10]));
    }
  }

  @Test
  void names_that_cannot_be_are_refused_and_writing_goes_on() throws IOException {
    open(true);
    repository.keep("a");
    assertThatThrownBy(() -> repository.keep("a")).isInstanceOf(CapsaSnapshotExistsException.class);
    assertThatThrownBy(() -> repository.drop("b")).isInstanceOf(CapsaNoSuchSnapshotException.class);
    assertThatThrownBy(() -> repository.keep("")).isInstanceOf(IllegalArgumentException.class);
    write("a", new byte[3]);
    repository.keep("b");
    assertThat(repository.kept()).hasSize(2);
    assertThat(faults()).isEmpty();
  }

  @Test
  void a_revision_kept_while_others_write_has_all_that_was_done_before_and_no_half_of_anything()
      throws Exception {
    open(true);
    long[] files = new long[2];
    for (int i = 0; i < 2; i++) {
      files[i] = tree.createFile(ROOT, bytes("file " + i), ANY).number();
    }
    put(files[0], 0);
    put(files[1], 0);
    AtomicLong done = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Future<?> writer =
          threads.submit(
              () -> {
                for (long i = 1; !over.get(); i++) {
                  put(files[0], i);
                  put(files[1], i);
                  done.set(i);
                }
                return null;
              });
      List<Future<?>> keepers = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        int number = thread;
        keepers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 25; i++) {
                    long before = done.get();
                    String name = number + "." + i;
                    repository.keep(name);
                    try (LiveHead head = repository.openKept(name)) {
                      FileTree past =
                          CatalogFileTree.openReadOnly(head, content, TimeSource.system());
                      long one = ByteBuffer.wrap(read(past, files[0])).getLong();
                      long other = ByteBuffer.wrap(read(past, files[1])).getLong();
                      assertThat(other).isGreaterThanOrEqualTo(before);
                      assertThat(one - other).isBetween(0L, 1L);
                    }
                    if (i % 3 == 0) {
                      repository.drop(name);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> keeper : keepers) {
        keeper.get();
      }
      over.set(true);
      writer.get();
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
    assertThat(repository.kept()).hasSize(32);
    tree.force();
    assertThat(faults()).isEmpty();
  }

  private void put(long inode, long value) throws IOException {
    try (FileTree.FileHandle handle = tree.open(inode)) {
      handle.write(0, ByteBuffer.allocate(Long.BYTES).putLong(0, value));
    }
  }

  @Test
  void what_was_dropped_before_a_crash_comes_back_after_it() throws IOException {
    open(true);
    for (int i = 0; i < 20; i++) {
      write("file " + i, new byte[150_000]);
    }
    repository.keep("a");
    for (int i = 0; i < 20; i++) {
      tree.remove(ROOT, bytes("file " + i));
    }
    tree.force();
    long full = store.statistics().usedBytes();
    try (var batch = store.begin()) { // as a process that dies right after the drop
      batch.drop("a");
      batch.commit(store.root(), true);
    }
    repository.abandon();
    try (MultiStore left = MultiStore.open(raw.snapshot(), true, 0)) {
      assertThat(left.isReclaimable()).isTrue();
      List<String> faults = new ArrayList<>();
      ContainerCheck.check(left, false, (place, what) -> faults.add(place + ": " + what));
      assertThat(faults).isEmpty();
    }
    open(false);
    settle();
    assertThat(store.statistics().usedBytes()).isLessThan(full - 20 * 150_000);
    assertThat(store.keptRevisions()).isEmpty();
  }
}
