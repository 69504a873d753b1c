package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Paths of inodes in one state. An inode states its directory, but not its name there, so a
 * directory that holds one whose name is not known otherwise is gone through, once for all of them,
 * up to the last. Confined to one thread.
 */
final class PathFinder {
  private static final int MAX_DEPTH = 100_000;

  private final Items items;
  private final Map<Long, Name> names = new HashMap<>();
  private final Map<Long, String> paths = new HashMap<>();

  /** A name in a directory. */
  record Name(long directory, byte[] name) {}

  PathFinder(Items items) {
    this.items = items;
    paths.put(FileTree.ROOT, "");
  }

  /** Takes a name that is known, so that it need not be looked for. */
  void know(long inode, Name name) {
    names.put(inode, name);
  }

  /** The names that are known by now. */
  Map<Long, Name> names() {
    return names;
  }

  /** Finds the names of inodes, and of all directories above them. */
  void find(Collection<Long> inodes) throws IOException {
    Map<Long, List<Long>> wanted = new HashMap<>();
    Map<Long, Long> seen = new HashMap<>();
    Deque<Long> open = new ArrayDeque<>(inodes);
    while (!open.isEmpty()) {
      long inode = open.pop();
      if (inode == FileTree.ROOT || seen.containsKey(inode)) {
        continue;
      }
      Name known = names.get(inode);
      long directory = known == null ? parent(inode) : known.directory();
      seen.put(inode, directory);
      if (known == null) {
        wanted.computeIfAbsent(directory, it -> new ArrayList<>()).add(inode);
      }
      open.push(directory);
    }
    for (Map.Entry<Long, List<Long>> each : wanted.entrySet()) {
      goThrough(each.getKey(), each.getValue());
    }
  }

  private long parent(long inode) throws IOException {
    byte[] value = items.get(ItemKey.of(inode, ItemKey.INODE));
    if (value == null) {
      throw new CapsaCorruptException("inode " + inode + " has entries, and does not exist");
    }
    return InodeCodec.decode(inode, value).parent();
  }

  private void goThrough(long directory, List<Long> inodes) throws IOException {
    long[] sorted = inodes.stream().mapToLong(Long::longValue).sorted().toArray();
    int left = sorted.length;
    ItemCursor cursor = Catalog.cursor(items, directory, ItemKey.ENTRY);
    while (left > 0 && cursor.next()) {
      long inode = EntryCodec.inode(cursor.value());
      if (Arrays.binarySearch(sorted, inode) >= 0) {
        Name name = new Name(directory, ItemKey.tail(cursor.key()));
        left -= names.putIfAbsent(inode, name) == null ? 1 : 0;
      }
    }
    if (left > 0) {
      throw new CapsaCorruptException(
          left + " inodes state directory " + directory + ", which has no entries for them");
    }
  }

  /** The path of an inode that was {@link #find found}. */
  String path(long inode) throws IOException {
    Deque<Long> way = new ArrayDeque<>();
    long at = inode;
    while (!paths.containsKey(at)) {
      way.push(at);
      Name name = names.get(at);
      if (name == null || way.size() > MAX_DEPTH) {
        throw new CapsaCorruptException("no way leads from the root to inode " + inode);
      }
      at = name.directory();
    }
    for (long each : way) {
      Name name = names.get(each);
      if (name != null) {
        paths.put(each, paths.get(name.directory()) + "/" + Names.text(name.name()));
      }
    }
    String path = String.valueOf(paths.get(inode));
    return path.isEmpty() ? "/" : path;
  }

  /** The path of a name in a directory that was found. */
  String path(Name name) throws IOException {
    String directory = path(name.directory());
    return (directory.equals("/") ? "" : directory) + "/" + Names.text(name.name());
  }
}
