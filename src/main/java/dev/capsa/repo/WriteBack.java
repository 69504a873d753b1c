package dev.capsa.repo;

import dev.capsa.block.ContentStore;
import dev.capsa.store.Batch;
import dev.capsa.tree.Changes;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a frozen overlay into a batch: the content of files in the order of inode and page, so that
 * it lies together, then all items. Confined to the committer.
 */
final class WriteBack {
  /** Items that the block stores have changed in this commit; they read them back. */
  private final NavigableMap<byte[], byte[]> placed = Overlay.newItems();

  private final ItemSink sink =
      new ItemSink() {
        @Override
        public void put(byte[] key, byte[] value) {
          placed.put(key, value);
        }

        @Override
        public void remove(byte[] key) {
          placed.put(key, Overlay.TOMBSTONE);
        }
      };

  private WriteBack() {}

  /** Writes content; the result is what the catalog has to change. */
  static Changes write(Overlay frozen, Items committed, ContentStore content, Batch batch)
      throws IOException {
    WriteBack writeBack = new WriteBack();
    Items items = new MergedItems(List.of(writeBack.placed), committed);
    for (Map.Entry<Long, FileDelta> file : new TreeMap<>(frozen.files()).entrySet()) {
      if (file.getValue().removed()) {
        content.remove(items, writeBack.sink, batch, file.getKey());
      } else {
        content.write(items, writeBack.sink, batch, file.getKey(), file.getValue().change());
      }
    }
    return merged(frozen.items(), writeBack.placed);
  }

  /** Both in ascending order; of one key the second counts. */
  private static Changes merged(
      NavigableMap<byte[], byte[]> one, NavigableMap<byte[], byte[]> other) {
    Changes changes = new Changes();
    Iterator<Map.Entry<byte[], byte[]>> ones = one.entrySet().iterator();
    Iterator<Map.Entry<byte[], byte[]>> others = other.entrySet().iterator();
    Map.Entry<byte[], byte[]> left = nextOf(ones);
    Map.Entry<byte[], byte[]> right = nextOf(others);
    while (left != null || right != null) {
      int order =
          left == null
              ? 1
              : right == null ? -1 : Arrays.compareUnsigned(left.getKey(), right.getKey());
      if (right != null && order >= 0) {
        add(changes, right);
        right = nextOf(others);
      } else if (left != null) {
        add(changes, left);
      }
      if (order <= 0) {
        left = nextOf(ones);
      }
    }
    return changes;
  }

  private static Map.@Nullable Entry<byte[], byte[]> nextOf(
      Iterator<Map.Entry<byte[], byte[]>> entries) {
    return entries.hasNext() ? entries.next() : null;
  }

  private static void add(Changes changes, Map.Entry<byte[], byte[]> entry) {
    if (entry.getValue() == Overlay.TOMBSTONE) {
      changes.remove(entry.getKey());
    } else {
      changes.put(entry.getKey(), entry.getValue());
    }
  }
}
