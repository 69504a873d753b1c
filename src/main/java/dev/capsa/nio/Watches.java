package dev.capsa.nio;

import dev.capsa.inode.Entry;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import java.io.IOException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who watches which directories of a container, in this process, over all file systems on it.
 * {@link WatchedTree} tells it what was done; nothing polls. While nobody watches, a change costs
 * one look at an empty map.
 *
 * <p>A directory is watched by its inode, so it stays so when it is renamed. Changes of names in a
 * watched directory are made one at a time, so that their events come in the order of the changes.
 *
 * <p>Thread-safe.
 */
final class Watches {
  private static final int MOST_NAMES = 4096;
  private static final int BATCH = 256;

  /** Where a file was seen last. */
  private record Seen(long directory, byte[] name) {}

  /** A directory that is watched. */
  final class Directory {
    /** Held while a name in the directory changes and its event is told; before all inode locks. */
    final ReentrantLock order = new ReentrantLock();

    private final List<CapsaWatchKey> keys = new CopyOnWriteArrayList<>();

    void tell(WatchEvent.Kind<?> kind, byte[] name) {
      if (!hidden.isEmpty() && hidden.contains(Names.decode(name))) {
        return;
      }
      for (CapsaWatchKey key : keys) {
        key.signal(kind, name);
      }
    }

    /** The directory is gone. */
    void end() {
      keys.forEach(CapsaWatchKey::end);
    }
  }

  private final ConcurrentHashMap<Long, Directory> directories = new ConcurrentHashMap<>();
  private final ReentrantLock naming = new ReentrantLock();

  /** Names of which nothing is told. */
  private final Set<String> hidden = ConcurrentHashMap.newKeySet();

  /** Guarded by {@link #naming}: by inode, for files that may be changed without their name. */
  private final Map<Long, Seen> seen =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Seen> eldest) {
          return size() > MOST_NAMES;
        }
      };

  boolean isEmpty() {
    return directories.isEmpty();
  }

  /** The directory, if it is watched. */
  @Nullable Directory of(long inode) {
    return directories.isEmpty() ? null : directories.get(inode);
  }

  /** All directories that are watched now, by inode. */
  Map<Long, Directory> all() {
    return new TreeMap<>(directories);
  }

  void add(CapsaWatchKey key) {
    directories.compute(
        key.directory(),
        (inode, known) -> {
          Directory directory = known == null ? new Directory() : known;
          directory.keys.add(key);
          return directory;
        });
  }

  void remove(CapsaWatchKey key) {
    directories.computeIfPresent(
        key.directory(),
        (inode, directory) -> {
          directory.keys.remove(key);
          return directory.keys.isEmpty() ? null : directory;
        });
  }

  /**
   * Tells nothing any more of a name, in whatever directory: what has it is not there for others.
   */
  void hide(String name) {
    hidden.add(name);
  }

  /** Tells of a name again. */
  void show(String name) {
    hidden.remove(name);
  }

  /** A name in a directory was looked up. */
  void seen(long inode, long directory, byte[] name) {
    naming.lock();
    try {
      seen.put(inode, new Seen(directory, name));
    } finally {
      naming.unlock();
    }
  }

  /**
   * Content or attributes of a file were changed. Told is the name by which the file was found
   * last; of a file that was found by none lately, that in its parent.
   */
  void modified(FileTree tree, long inode) throws IOException {
    Seen last = lastSeen(inode);
    if (last == null || !isAt(tree, inode, last)) {
      last = found(tree, inode);
    }
    Directory directory = last == null ? null : directories.get(last.directory);
    if (directory != null && last != null) {
      directory.tell(StandardWatchEventKinds.ENTRY_MODIFY, last.name);
    }
  }

  private @Nullable Seen lastSeen(long inode) {
    naming.lock();
    try {
      return seen.get(inode);
    } finally {
      naming.unlock();
    }
  }

  private static boolean isAt(FileTree tree, long inode, Seen place) throws IOException {
    Entry entry = tree.lookup(place.directory, place.name);
    return entry != null && entry.inode() == inode;
  }

  /** Looks for the name of a file in its parent, if that is watched. */
  private @Nullable Seen found(FileTree tree, long inode) throws IOException {
    Inode file = tree.inode(inode);
    if (file == null || file.links() == 0 || !directories.containsKey(file.parent())) {
      return null;
    }
    byte[] after = null;
    List<Entry> entries;
    do {
      entries = tree.list(file.parent(), after, BATCH);
      for (Entry entry : entries) {
        after = entry.name();
        if (entry.inode() == inode) {
          byte[] name = Arrays.copyOf(after, after.length);
          seen(inode, file.parent(), name);
          return new Seen(file.parent(), name);
        }
      }
    } while (entries.size() == BATCH);
    return null;
  }
}
