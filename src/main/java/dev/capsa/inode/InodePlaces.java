package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names the place of an inode for a message: its path, as far as the stated parents lead up to the
 * root. A name is found by going through the directory, so the work is bounded: beyond that, and
 * where the way up is broken, the place is the number alone. Confined to one thread.
 */
final class InodePlaces {
  private static final int MAX_DEPTH = 1000;
  private static final int MAX_REMEMBERED = 256;

  private final Items items;
  private final InodeTable table;
  private long entriesLeft = 5_000_000;
  private final Map<Long, String> paths =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  InodePlaces(Items items, InodeTable table) {
    this.items = items;
    this.table = table;
  }

  /** The place of an inode. */
  String of(long inode) throws IOException {
    String path = path(inode);
    return path == null ? "inode " + inode : path + " (inode " + inode + ")";
  }

  /** The place of an entry. */
  String of(long directory, byte[] name) throws IOException {
    String path = path(directory);
    String shown = Names.text(name);
    return path == null
        ? "'" + shown + "' in directory " + directory
        : (path.equals("/") ? "" : path) + "/" + shown;
  }

  private @Nullable String path(long inode) throws IOException {
    String known = paths.get(inode);
    if (known != null) {
      return known;
    }
    Deque<String> parts = new ArrayDeque<>();
    long at = inode;
    while (at != FileTree.ROOT) {
      int index = table.find(at);
      String name = index < 0 ? null : name(table.parents[index], at);
      if (name == null || parts.size() > MAX_DEPTH) {
        return null;
      }
      parts.addFirst(name);
      at = table.parents[index];
    }
    String path = "/" + String.join("/", parts);
    paths.put(inode, path);
    return path;
  }

  private @Nullable String name(long directory, long inode) throws IOException {
    ItemCursor cursor = Catalog.cursor(items, directory, ItemKey.ENTRY);
    while (entriesLeft > 0 && cursor.next()) {
      entriesLeft--;
      try {
        if (EntryCodec.decode(cursor.key(), cursor.value()).inode() == inode) {
          return Names.text(ItemKey.tail(cursor.key()));
        }
      } catch (CapsaCorruptException told) {
        // Whoever read the item has told of it.
      }
    }
    return null;
  }
}
