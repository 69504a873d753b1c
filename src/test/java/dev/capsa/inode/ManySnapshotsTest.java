package dev.capsa.inode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.raw.MeteredStorage;
import dev.capsa.repo.LiveHead;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RepositoryOptions;
import dev.capsa.repo.View;
import dev.capsa.store.MultiStore;
import dev.capsa.store.StoreUsage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Ten thousand snapshots with a change between each two: what one costs, and what comes back. */
class ManySnapshotsTest {
  private static final int SNAPSHOTS = Integer.getInteger("capsa.snapshots", 10_000);
  private static final int FILES = 50;
  private static final int FILE_BYTES = 2_500;
  private static final long MOST_OPENING_BYTES = 512 << 10;
  private static final int INDEX_NODE_BYTES = 4096;
  private static final int SAMPLE = 100;
  private static final NewFile HOW = new NewFile(0644, "o", "g");

  private final MeteredStorage raw = new MeteredStorage(new MemoryRawStorage());
  private MultiStore store;
  private Repository repository;
  private FileTree tree;
  private long hot;

  private void open(boolean isNew) throws IOException {
    store = isNew ? MultiStore.create(raw, 0, 0) : MultiStore.open(raw, false, 0);
    StoreContentStore content = new StoreContentStore(store, Layout.EXTENTS);
    RepositoryOptions options = RepositoryOptions.DEFAULT.withCommitIntervalMillis(3_600_000);
    repository = Repository.open(store, content, options);
    tree =
        isNew
            ? CatalogFileTree.create(repository, content, TimeSource.system(), HOW)
            : CatalogFileTree.open(repository, content, TimeSource.system());
  }

  private void close() throws IOException {
    tree.close();
    repository.close();
    store.close();
  }

  @Test
  void the_last_costs_as_the_first_and_dropping_half_frees_what_they_alone_held()
      throws IOException {
    open(true);
    for (int i = 0; i < FILES; i++) {
      byte[] name = ("file " + i).getBytes(StandardCharsets.UTF_8);
      hot = tree.createFile(FileTree.ROOT, name, HOW).number();
      write(-1);
    }
    long first = keep(0, SAMPLE);
    keep(SAMPLE, SNAPSHOTS - SAMPLE);
    long last = keep(SNAPSHOTS - SAMPLE, SNAPSHOTS);
    System.out.printf(
        "bytes written for a change and its snapshot: %d (first %d), %d (last of %d)%n",
        first / SAMPLE, SAMPLE, last / SAMPLE, SNAPSHOTS);
    // The way to a number and the way to a name, in an index of three levels instead of one.
    assertThat((last - first) / SAMPLE).isLessThan(2 * 4 * INDEX_NODE_BYTES);

    close();
    long read = raw.bytesRead();
    open(false);
    read = raw.bytesRead() - read;
    System.out.printf("bytes read to open with %d snapshots: %d%n", SNAPSHOTS, read);
    assertThat(read).isLessThan(MOST_OPENING_BYTES);

    StoreUsage before = store.usage();
    long alone = 0;
    for (int i = 0; i < SNAPSHOTS; i += 2) {
      alone += before.uniqueBytes().get("snapshot " + i);
    }
    assertThat(alone).isGreaterThanOrEqualTo(SNAPSHOTS / 2 * (long) FILE_BYTES);
    drop(0);
    StoreUsage after = store.usage();
    System.out.printf(
        "held by snapshots: %d bytes, every second one dropped: %d%n",
        before.keptBytes(), after.keptBytes());
    assertThat(before.keptBytes() - after.keptBytes()).isEqualTo(alone);
    for (int i = 1; i < SNAPSHOTS; i += SNAPSHOTS / 7) {
      assertThat(version("snapshot " + i)).isEqualTo(i);
    }
    drop(1);
    assertThat(store.usage().keptBytes()).isZero();
    assertThat(store.keptRevisions()).isEmpty();
    close();
  }

  /** Changes a file and keeps a snapshot, again and again; the bytes written for that. */
  private long keep(int from, int to) throws IOException {
    long before = raw.bytesWritten();
    for (int i = from; i < to; i++) {
      write(i);
      repository.keep("snapshot " + i);
    }
    return raw.bytesWritten() - before;
  }

  /** Drops every second one, and waits until all is reclaimed. */
  private void drop(int first) throws IOException {
    for (int i = first; i < SNAPSHOTS; i += 2) {
      repository.drop("snapshot " + i);
    }
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (store.isReclaimable()) {
      assertThat(System.nanoTime()).as("time to reclaim").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private void write(int version) throws IOException {
    try (FileTree.FileHandle file = tree.open(hot)) {
      ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES);
      file.write(0, bytes.putInt(0, version));
    }
  }

  private int version(String snapshot) throws IOException {
    try (LiveHead head = repository.openKept(snapshot);
        View view = head.view()) {
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES);
      view.read(hot, 0, bytes);
      return bytes.getInt(0);
    }
  }
}
