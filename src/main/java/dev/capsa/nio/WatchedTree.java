package dev.capsa.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import dev.capsa.inode.AttributeChange;
import dev.capsa.inode.Entry;
import dev.capsa.inode.FileCopy;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.NewFile;
import dev.capsa.inode.Rollback;
import dev.capsa.raw.Mapper;
import dev.capsa.store.KeptRevision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.WatchEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A tree that tells {@link Watches} of each change once it is done. */
final class WatchedTree implements FileTree {
  private final FileTree tree;
  private final Watches watches;

  WatchedTree(FileTree tree, Watches watches) {
    this.tree = tree;
    this.watches = watches;
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  /** Changes one name. */
  private <T> T changing(long directory, byte[] name, WatchEvent.Kind<?> kind, Step<T> step)
      throws IOException {
    Watches.Directory watched = watches.of(directory);
    if (watched == null) {
      return step.run();
    }
    watched.order.lock();
    try {
      T result = step.run();
      watched.tell(kind, name);
      return result;
    } finally {
      watched.order.unlock();
    }
  }

  private void modified(long inode) throws IOException {
    if (!watches.isEmpty()) {
      watches.modified(tree, inode);
    }
  }

  private void ended(long inode) {
    Watches.Directory gone = watches.of(inode);
    if (gone != null) {
      gone.end();
    }
  }

  @Override
  public @Nullable Inode inode(long number) throws IOException {
    return tree.inode(number);
  }

  @Override
  public @Nullable Entry lookup(long directory, byte[] name) throws IOException {
    Entry entry = tree.lookup(directory, name);
    if (entry != null && watches.of(directory) != null) {
      watches.seen(entry.inode(), directory, name);
    }
    return entry;
  }

  @Override
  public List<Entry> list(long directory, byte @Nullable [] after, int most) throws IOException {
    return tree.list(directory, after, most);
  }

  @Override
  public Inode createFile(long directory, byte[] name, NewFile how) throws IOException {
    Inode made =
        changing(directory, name, ENTRY_CREATE, () -> tree.createFile(directory, name, how));
    if (watches.of(directory) != null) {
      watches.seen(made.number(), directory, name);
    }
    return made;
  }

  @Override
  public Inode createDirectory(long directory, byte[] name, NewFile how) throws IOException {
    return changing(
        directory, name, ENTRY_CREATE, () -> tree.createDirectory(directory, name, how));
  }

  @Override
  public Inode createSymbolicLink(long directory, byte[] name, byte[] target, NewFile how)
      throws IOException {
    return changing(
        directory, name, ENTRY_CREATE, () -> tree.createSymbolicLink(directory, name, target, how));
  }

  @Override
  public void createLink(long directory, byte[] name, long inode) throws IOException {
    changing(
        directory,
        name,
        ENTRY_CREATE,
        () -> {
          tree.createLink(directory, name, inode);
          return inode;
        });
  }

  @Override
  public long remove(long directory, byte[] name) throws IOException {
    long removed = changing(directory, name, ENTRY_DELETE, () -> tree.remove(directory, name));
    ended(removed);
    return removed;
  }

  /** As Linux has it: a deletion here and a creation there, also if something was replaced. */
  @Override
  public void rename(
      long sourceDirectory,
      byte[] sourceName,
      long targetDirectory,
      byte[] targetName,
      boolean replace)
      throws IOException {
    if (watches.isEmpty()) {
      tree.rename(sourceDirectory, sourceName, targetDirectory, targetName, replace);
      return;
    }
    Watches.Directory source = watches.of(sourceDirectory);
    Watches.Directory target = watches.of(targetDirectory);
    boolean sourceFirst = sourceDirectory < targetDirectory;
    Watches.Directory first = sourceFirst ? source : target;
    Watches.Directory second = sourceFirst ? target : source;
    lock(first);
    lock(second);
    try {
      Entry moved = tree.lookup(sourceDirectory, sourceName);
      Entry replaced = tree.lookup(targetDirectory, targetName);
      tree.rename(sourceDirectory, sourceName, targetDirectory, targetName, replace);
      boolean sameFile = moved != null && replaced != null && moved.inode() == replaced.inode();
      if (sameFile) {
        return; // nothing happened
      }
      if (source != null) {
        source.tell(ENTRY_DELETE, sourceName);
      }
      if (target != null) {
        target.tell(ENTRY_CREATE, targetName);
      }
      if (replaced != null && tree.inode(replaced.inode()) == null) {
        ended(replaced.inode());
      }
    } finally {
      unlock(second);
      unlock(first);
    }
  }

  private static void lock(Watches.@Nullable Directory directory) {
    if (directory != null) {
      directory.order.lock();
    }
  }

  private static void unlock(Watches.@Nullable Directory directory) {
    if (directory != null) {
      directory.order.unlock();
    }
  }

  @Override
  public Inode setAttributes(long inode, AttributeChange change) throws IOException {
    Inode after = tree.setAttributes(inode, change);
    if (!change.equals(AttributeChange.NONE)) {
      modified(inode);
    }
    return after;
  }

  @Override
  public List<byte[]> attributeNames(long inode) throws IOException {
    return tree.attributeNames(inode);
  }

  @Override
  public byte @Nullable [] attribute(long inode, byte[] name) throws IOException {
    return tree.attribute(inode, name);
  }

  @Override
  public void setAttribute(long inode, byte[] name, byte[] value) throws IOException {
    tree.setAttribute(inode, name, value);
    modified(inode);
  }

  @Override
  public void removeAttribute(long inode, byte[] name) throws IOException {
    tree.removeAttribute(inode, name);
    modified(inode);
  }

  @Override
  public FileHandle open(long inode) throws IOException {
    return new WatchedHandle(tree.open(inode));
  }

  private static FileHandle plain(FileHandle handle) {
    return handle instanceof WatchedHandle watched ? watched.handle : handle;
  }

  /** Told as a creation, also if something was replaced. */
  @Override
  public Optional<Inode> share(FileHandle source, long directory, byte[] name, FileCopy copy)
      throws IOException {
    FileHandle file = plain(source);
    if (watches.isEmpty()) {
      return tree.share(file, directory, name, copy);
    }
    Watches.Directory target = watches.of(directory);
    lock(target);
    try {
      Entry replaced = tree.lookup(directory, name);
      Optional<Inode> made = tree.share(file, directory, name, copy);
      if (made.isPresent() && target != null) {
        target.tell(ENTRY_CREATE, name);
        watches.seen(made.get().number(), directory, name);
      }
      if (made.isPresent() && replaced != null && tree.inode(replaced.inode()) == null) {
        ended(replaced.inode());
      }
      return made;
    } finally {
      unlock(target);
    }
  }

  /**
   * Told as changes of names, and of files by their names in the directories that are watched. No
   * event of another change comes between, nor one of an earlier change after: who changes a name
   * in a watched directory holds its order until that is told, and so does this.
   */
  @Override
  public Optional<KeptRevision> rollBack(long revision, Onlooker onlooker) throws IOException {
    while (true) {
      Map<Long, Watches.Directory> watched = watches.all();
      watched.values().forEach(WatchedTree::lock); // in the order of the inodes
      try {
        Optional<KeptRevision> done = tree.rollBack(revision, new Telling(watched));
        if (done.isPresent()) {
          return done;
        } // else further directories are watched since
      } finally {
        watched.values().forEach(WatchedTree::unlock);
      }
    }
  }

  /** Tells what a rollback did. */
  private final class Telling implements Onlooker {
    private final Map<Long, Watches.Directory> locked;

    Telling(Map<Long, Watches.Directory> locked) {
      this.locked = locked;
    }

    @Override
    public @Nullable Set<Long> directories() {
      Map<Long, Watches.Directory> now = watches.all();
      boolean complete =
          now.entrySet().stream().allMatch(it -> locked.get(it.getKey()) == it.getValue());
      return complete ? now.keySet() : null;
    }

    @Override
    public void done(Rollback what) {
      for (Rollback.NameChange each : what.names()) {
        Watches.Directory directory = watches.of(each.directory());
        if (directory != null) {
          directory.tell(kind(each.kind()), each.name());
        }
      }
      what.gone().forEach(WatchedTree.this::ended);
    }

    private static WatchEvent.Kind<?> kind(Rollback.Kind kind) {
      return switch (kind) {
        case CREATED -> ENTRY_CREATE;
        case DELETED -> ENTRY_DELETE;
        case MODIFIED -> ENTRY_MODIFY;
      };
    }
  }

  @Override
  public long allocatedBytes(long inode) throws IOException {
    return tree.allocatedBytes(inode);
  }

  @Override
  public void force() throws IOException {
    tree.force();
  }

  @Override
  public void close() throws IOException {
    tree.close();
  }

  private final class WatchedHandle implements FileHandle {
    private final FileHandle handle;

    WatchedHandle(FileHandle handle) {
      this.handle = handle;
    }

    @Override
    public long inode() {
      return handle.inode();
    }

    @Override
    public long size() throws IOException {
      return handle.size();
    }

    @Override
    public int read(long position, ByteBuffer destination) throws IOException {
      return handle.read(position, destination);
    }

    @Override
    public int write(long position, ByteBuffer source) throws IOException {
      int count = handle.write(position, source);
      if (count > 0) {
        modified(handle.inode());
      }
      return count;
    }

    @Override
    public long append(ByteBuffer source) throws IOException {
      boolean any = source.hasRemaining();
      long position = handle.append(source);
      if (any) {
        modified(handle.inode());
      }
      return position;
    }

    @Override
    public long take(FileHandle source, long from, long to, long count) throws IOException {
      long taken = handle.take(plain(source), from, to, count);
      if (taken > 0) {
        modified(handle.inode());
      }
      return taken;
    }

    @Override
    public <T> Optional<T> map(long position, long length, boolean rewrite, Mapper<T> mapper)
        throws IOException {
      return handle.map(position, length, rewrite, mapper);
    }

    @Override
    public void truncate(long size) throws IOException {
      handle.truncate(size);
      modified(handle.inode());
    }

    @Override
    public void force() throws IOException {
      handle.force();
    }

    @Override
    public void close() throws IOException {
      handle.close();
    }
  }
}
