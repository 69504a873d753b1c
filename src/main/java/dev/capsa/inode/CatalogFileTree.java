package dev.capsa.inode;

import static dev.capsa.inode.InodeException.Reason.IS_A_DIRECTORY;
import static dev.capsa.inode.InodeException.Reason.NO_SUCH_FILE;

import dev.capsa.block.ContentStore;
import dev.capsa.inode.InodeLocks.Held;
import dev.capsa.inode.OpenFiles.OpenFile;
import dev.capsa.repo.LiveHead;
import dev.capsa.repo.View;
import dev.capsa.store.KeptRevision;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file tree over the items of a live head. Reads are one look at a view and take no lock;
 * changes follow the rule of {@link InodeLocks}. Safe for many threads.
 */
public final class CatalogFileTree implements FileTree {
  private final Catalog catalog;
  private final ContentStore content;
  private final NameSpace names;
  private final Renaming renaming;
  private final UserAttributes attributes;
  private final boolean writable;

  private CatalogFileTree(LiveHead head, ContentStore content, TimeSource time, boolean writable) {
    this.catalog = new Catalog(head, time);
    this.content = content;
    this.names = new NameSpace(catalog);
    this.renaming = new Renaming(catalog);
    this.attributes = new UserAttributes(catalog);
    this.writable = writable;
  }

  /**
   * The tree of a new container: makes the root directory.
   *
   * @throws InodeException ALREADY_EXISTS if there is one
   */
  public static CatalogFileTree create(
      LiveHead head, ContentStore content, TimeSource time, NewFile root) throws IOException {
    CatalogFileTree tree = new CatalogFileTree(head, content, time, true);
    if (tree.inode(ROOT) != null) {
      throw new InodeException(
          InodeException.Reason.ALREADY_EXISTS, "the container has a root directory");
    }
    Plan plan = new Plan();
    tree.catalog.put(plan, Inode.make(ROOT, FileKind.DIRECTORY, root, ROOT, null, time.nanos()));
    head.change(plan);
    return tree;
  }

  /**
   * The tree of a container, to be changed. What a crash has left without a name, or a closing half
   * removed, goes in the background.
   *
   * @throws InodeException NO_SUCH_FILE if there is no root directory
   */
  public static CatalogFileTree open(LiveHead head, ContentStore content, TimeSource time)
      throws IOException {
    CatalogFileTree tree = openReadOnly(head, content, time, true);
    head.removeOrphans();
    return tree;
  }

  /**
   * The tree of a container that is only read: nothing is cleared, and changes fail as the head
   * says.
   *
   * @throws InodeException NO_SUCH_FILE if there is no root directory
   */
  public static CatalogFileTree openReadOnly(LiveHead head, ContentStore content, TimeSource time)
      throws IOException {
    return openReadOnly(head, content, time, false);
  }

  private static CatalogFileTree openReadOnly(
      LiveHead head, ContentStore content, TimeSource time, boolean writable) throws IOException {
    CatalogFileTree tree = new CatalogFileTree(head, content, time, writable);
    try (View view = head.view()) {
      tree.catalog.requireDirectory(view, ROOT);
    }
    return tree;
  }

  @Override
  public @Nullable Inode inode(long number) throws IOException {
    try (View view = catalog.head.view()) {
      return catalog.inode(view, number);
    }
  }

  @Override
  public @Nullable Entry lookup(long directory, byte[] name) throws IOException {
    try (View view = catalog.head.view()) {
      return catalog.entry(view, directory, name);
    }
  }

  @Override
  public List<Entry> list(long directory, byte @Nullable [] after, int most) throws IOException {
    try (View view = catalog.head.view()) {
      catalog.requireDirectory(view, directory);
      byte[] from =
          after == null
              ? ItemKey.of(directory, ItemKey.ENTRY)
              : ItemKey.of(directory, ItemKey.ENTRY, Arrays.copyOf(after, after.length + 1));
      ItemCursor cursor = view.cursor(from, ItemKey.of(directory, (byte) (ItemKey.ENTRY + 1)));
      List<Entry> entries = new ArrayList<>(Math.min(most, 128));
      while (entries.size() < most && cursor.next()) {
        entries.add(EntryCodec.decode(cursor.key(), cursor.value()));
      }
      return entries;
    }
  }

  @Override
  public Inode createFile(long directory, byte[] name, NewFile how) throws IOException {
    return names.create(directory, name, FileKind.FILE, null, how);
  }

  @Override
  public Inode createDirectory(long directory, byte[] name, NewFile how) throws IOException {
    return names.create(directory, name, FileKind.DIRECTORY, null, how);
  }

  @Override
  public Inode createSymbolicLink(long directory, byte[] name, byte[] target, NewFile how)
      throws IOException {
    return names.create(directory, name, FileKind.LINK, target.clone(), how);
  }

  @Override
  public void createLink(long directory, byte[] name, long inode) throws IOException {
    names.link(directory, name, inode);
  }

  @Override
  public long remove(long directory, byte[] name) throws IOException {
    return names.remove(directory, name);
  }

  @Override
  public void rename(
      long sourceDirectory,
      byte[] sourceName,
      long targetDirectory,
      byte[] targetName,
      boolean replace)
      throws IOException {
    renaming.rename(sourceDirectory, sourceName, targetDirectory, targetName, replace);
  }

  @Override
  public Inode setAttributes(long number, AttributeChange change) throws IOException {
    try (Held held = catalog.locks.lock(number)) {
      Inode before;
      try (View view = catalog.head.view()) {
        before = catalog.require(view, number);
      }
      if (change.equals(AttributeChange.NONE)) {
        return before;
      }
      Inode after = before.with(change, catalog.time.nanos());
      Plan plan = new Plan();
      catalog.put(plan, after);
      catalog.head.change(plan);
      return after;
    }
  }

  @Override
  public List<byte[]> attributeNames(long inode) throws IOException {
    return attributes.names(inode);
  }

  @Override
  public byte @Nullable [] attribute(long inode, byte[] name) throws IOException {
    return attributes.get(inode, name);
  }

  @Override
  public void setAttribute(long inode, byte[] name, byte[] value) throws IOException {
    attributes.set(inode, name, value);
  }

  @Override
  public void removeAttribute(long inode, byte[] name) throws IOException {
    attributes.remove(inode, name);
  }

  @Override
  public FileHandle open(long number) throws IOException {
    while (true) {
      OpenFile file = catalog.openFiles.enter(number);
      if (file != null) {
        return open(number, file);
      }
      // The file is being removed: whether that succeeds is known when the lock is given back.
      catalog.locks.lock(number).close();
    }
  }

  private FileHandle open(long number, OpenFile file) throws IOException {
    CatalogFileHandle handle = new CatalogFileHandle(catalog, number, file);
    boolean opened = false;
    try (View view = catalog.head.view()) {
      Inode inode = catalog.require(view, number);
      if (inode.kind() != FileKind.FILE) {
        throw new InodeException(
            IS_A_DIRECTORY, "inode " + number + " is a " + inode.kind() + ", not a regular file");
      }
      if (inode.links() == 0) {
        throw new InodeException(NO_SUCH_FILE, "inode " + number + " has been removed");
      }
      file.offerSure(inode.size());
      opened = true;
      return handle;
    } finally {
      if (!opened) {
        handle.close();
      }
    }
  }

  @Override
  public Optional<Inode> share(FileHandle source, long directory, byte[] name, FileCopy copy)
      throws IOException {
    return source instanceof CatalogFileHandle file
        ? new SharedCopy(catalog).copy(file.catalog(), file.inode(), directory, name, copy)
        : Optional.empty();
  }

  @Override
  public Optional<KeptRevision> rollBack(long revision, Onlooker onlooker) throws IOException {
    catalog.head.force(); // so that changes wait for what differs since, and no more
    try (Held held = catalog.locks.all()) {
      Set<Long> directories = onlooker.directories();
      if (directories == null) {
        return Optional.empty();
      }
      RollingBack work = new RollingBack(catalog.openFiles, directories);
      try {
        KeptRevision before = catalog.head.rewind(revision, work);
        onlooker.done(work.done());
        return Optional.of(before);
      } finally {
        work.release(false);
      }
    }
  }

  @Override
  public long allocatedBytes(long number) throws IOException {
    try (View view = catalog.head.view()) {
      Inode inode = catalog.require(view, number);
      return inode.kind() == FileKind.FILE ? content.allocatedBytes(view, number) : 0;
    }
  }

  @Override
  public void force() throws IOException {
    catalog.head.force();
  }

  @Override
  public void close() throws IOException {
    if (writable) {
      catalog.head.force();
      catalog.head.removeOrphans();
    }
  }

  /** Nothing is locked, and no change under way. For tests. */
  boolean idle() {
    return catalog.locks.idle();
  }

  /** Whether this thread has locked an inode. For tests. */
  boolean holds(long inode) {
    return catalog.locks.holds(inode);
  }
}
