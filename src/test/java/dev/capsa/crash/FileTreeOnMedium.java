package dev.capsa.crash;

import dev.capsa.block.ContentCheck;
import dev.capsa.block.StoreContentStore;
import dev.capsa.inode.CatalogFileTree;
import dev.capsa.inode.ContainerCheck;
import dev.capsa.inode.Entry;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeCheck;
import dev.capsa.inode.NewFile;
import dev.capsa.inode.Rollback;
import dev.capsa.inode.TimeSource;
import dev.capsa.raw.RawStorage;
import dev.capsa.repo.LiveHead;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RepositoryOptions;
import dev.capsa.repo.RootRecord;
import dev.capsa.repo.View;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MultiStore;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Pin;
import dev.capsa.store.StoreCheck;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.TreeCheck;
import dev.capsa.tree.TreeFault;
import dev.capsa.tree.TreeVisitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** All layers below the provider, over one medium; nothing is committed unless it is asked for. */
final class FileTreeOnMedium {
  final MultiStore store;
  final Repository head;
  final FileTree tree;
  private final RawStorage raw;
  private final StoreContentStore content;

  /** The state that the container was opened in; what clears it may be newer soon. */
  final long openedAt;

  private FileTreeOnMedium(
      RawStorage raw,
      MultiStore store,
      StoreContentStore content,
      Repository head,
      FileTree tree,
      long openedAt) {
    this.openedAt = openedAt;
    this.raw = raw;
    this.content = content;
    this.store = store;
    this.head = head;
    this.tree = tree;
  }

  static FileTreeOnMedium create(RawStorage raw, StoreContentStore.Layout layout)
      throws IOException {
    return over(raw, MultiStore.create(raw, layout.ordinal(), 0), true);
  }

  static FileTreeOnMedium open(RawStorage raw) throws IOException {
    MultiStore store = MultiStore.open(raw, false, 0);
    return over(raw, store, store.root().length == 0);
  }

  private static FileTreeOnMedium over(RawStorage raw, MultiStore store, boolean isNew)
      throws IOException {
    long openedAt = store.sequence();
    StoreContentStore content =
        new StoreContentStore(store, StoreContentStore.Layout.values()[store.layout()]);
    Repository head =
        Repository.open(
            store, content, RepositoryOptions.DEFAULT.withCommitIntervalMillis(3_600_000));
    NewFile root = new NewFile(0755, "o", "g");
    FileTree tree =
        isNew
            ? CatalogFileTree.create(head, content, TimeSource.system(), root)
            : CatalogFileTree.open(head, content, TimeSource.system());
    return new FileTreeOnMedium(raw, store, content, head, tree, openedAt);
  }

  /** Everything that a user can see, by path. */
  Map<String, String> contents() throws IOException {
    return contents(tree);
  }

  /** What a user can see in a kept revision. */
  Map<String, String> contents(String kept) throws IOException {
    try (LiveHead open = head.openKept(kept)) {
      return contents(CatalogFileTree.openReadOnly(open, content, TimeSource.system()));
    }
  }

  /**
   * Everything that {@code check} finds wrong in the newest committed state, kept ones included.
   */
  List<String> allFaults() throws IOException {
    List<String> faults = new ArrayList<>();
    try (Pin pin = store.pin()) {
      MultiStore committed = MultiStore.open(raw, true, 0); // closing it would close the medium
      ContainerCheck.check(committed, true, (place, what) -> faults.add(place + ": " + what));
    }
    return faults;
  }

  /** What is done with the tree of a kept revision. */
  interface KeptWork {
    boolean with(FileTree kept) throws IOException;
  }

  /** Does something with the tree of a kept revision. */
  boolean withKept(String kept, KeptWork work) throws IOException {
    try (LiveHead open = head.openKept(kept)) {
      return work.with(CatalogFileTree.openReadOnly(open, content, TimeSource.system()));
    }
  }

  /** Copies a file of a kept revision, if there is one that is large enough; whether it did. */
  boolean copyFrom(String kept, RandomFileWork work) throws IOException {
    return withKept(kept, past -> work.copy(past, tree));
  }

  /** Goes back to a kept revision; the state before, which is kept now. */
  KeptRevision rollBack(String kept) throws IOException {
    long number = store.keptRevision(kept).orElseThrow().sequence();
    return tree.rollBack(
            number,
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

  private static Map<String, String> contents(FileTree tree) throws IOException {
    Map<String, String> seen = new TreeMap<>();
    describe(tree, "/", FileTree.ROOT, seen);
    return seen;
  }

  private static void describe(FileTree tree, String path, long number, Map<String, String> seen)
      throws IOException {
    Inode inode = tree.inode(number);
    if (inode == null) {
      seen.put(path, "missing inode " + number);
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(number).append(' ').append(inode.kind()).append(' ').append(inode.mode());
    text.append(' ').append(inode.links()).append(' ').append(inode.size());
    text.append(' ').append(inode.modifiedNanos()).append(' ').append(inode.changedNanos());
    for (byte[] name : tree.attributeNames(number)) {
      text.append(" @").append(new String(name, StandardCharsets.UTF_8)).append('=');
      text.append(new String(tree.attribute(number, name), StandardCharsets.UTF_8));
    }
    if (inode.kind() == FileKind.FILE) {
      text.append(' ').append(checksum(tree, inode));
    } else if (inode.target() != null) {
      text.append(" -> ").append(new String(inode.target(), StandardCharsets.UTF_8));
    }
    seen.put(path, text.toString());
    if (inode.kind() == FileKind.DIRECTORY) {
      byte[] after = null;
      for (List<Entry> batch = tree.list(number, after, 100);
          !batch.isEmpty();
          batch = tree.list(number, after, 100)) {
        for (Entry entry : batch) {
          describe(
              tree,
              path + new String(entry.name(), StandardCharsets.UTF_8) + "/",
              entry.inode(),
              seen);
          after = entry.name();
        }
      }
    }
  }

  private static long checksum(FileTree tree, Inode inode) throws IOException {
    CRC32C crc = new CRC32C();
    try (FileTree.FileHandle file = tree.open(inode.number())) {
      ByteBuffer all = ByteBuffer.allocate((int) inode.size());
      while (all.hasRemaining() && file.read(all.position(), all) > 0) {}
      crc.update(all.flip());
    }
    return crc.getValue();
  }

  /** Waits until what a crash has left without a name is gone. */
  void finishClearing() throws IOException {
    while (hasOrphans()) {
      Thread.onSpinWait();
    }
  }

  private boolean hasOrphans() throws IOException {
    try (View view = head.view()) {
      return view.cursor(ItemKey.of(0, ItemKey.ORPHAN), ItemKey.of(0, (byte) (ItemKey.ORPHAN + 1)))
          .next();
    }
  }

  /** All faults of the committed state: of the store, the catalog, the contents, the inodes. */
  List<String> faults() throws IOException {
    List<String> faults = new ArrayList<>();
    StoreCheck check = store.check((place, what) -> faults.add(place + ": " + what));
    check.checkState();
    TreeCheck.check(
        store,
        RootRecord.decode(store.root()).tree(),
        new TreeVisitor() {
          @Override
          public void fault(TreeFault fault) {
            faults.add(fault.toString());
          }

          @Override
          public void node(ObjectPointer pointer) {
            check.node(pointer, "catalog");
          }
        });
    try (View view = head.view()) {
      InodeCheck.check(view, fault -> faults.add(fault.toString()));
      ContentCheck contents = new ContentCheck(view, store, false);
      ContentCheck.Visitor visitor =
          new ContentCheck.Visitor() {
            @Override
            public void object(long inode, ObjectPointer pointer, long birth) {
              check.object(pointer, birth, "inode " + inode);
            }

            @Override
            public void blocks(long inode, long start, long length, long birth) {
              check.blocks(start, length, birth, "inode " + inode);
            }

            @Override
            public void fault(long inode, String what) {
              faults.add("inode " + inode + ": " + what);
            }
          };
      Map<Long, Long> sizes = new HashMap<>();
      files(FileTree.ROOT, sizes);
      for (Map.Entry<Long, Long> file : sizes.entrySet()) {
        contents.check(file.getKey(), file.getValue(), visitor);
      }
    }
    check.finish();
    return faults;
  }

  private void files(long directory, Map<Long, Long> sizes) throws IOException {
    for (Entry entry : tree.list(directory, null, Integer.MAX_VALUE)) {
      if (entry.kind() == FileKind.DIRECTORY) {
        files(entry.inode(), sizes);
      } else if (entry.kind() == FileKind.FILE) {
        Inode inode = tree.inode(entry.inode());
        sizes.put(entry.inode(), inode == null ? 0 : inode.size());
      }
    }
  }

  /** Ends as a killed process does. */
  void abandon() {
    head.abandon();
  }

  void close() throws IOException {
    tree.close();
    head.close();
    store.close();
  }
}
