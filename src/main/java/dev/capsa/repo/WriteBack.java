package dev.capsa.repo;

import dev.capsa.block.ContentStore;
import dev.capsa.block.RemovalStep;
import dev.capsa.block.SharePart;
import dev.capsa.block.SharedBlocks;
import dev.capsa.store.Batch;
import dev.capsa.tree.Changes;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a frozen overlay into a batch: the content of files in the order of inode and page, so that
 * it lies together, then all items. What is removed goes as far as a step allows; the rest of a
 * file stays behind an ORPHAN item for later commits. Confined to the committer.
 */
final class WriteBack {
  /**
   * What a commit will have done.
   *
   * @param changes what the catalog has to change
   * @param finished of the inodes to go on with, how many are gone
   * @param begun inodes whose removal was begun and is to go on
   */
  record Written(Changes changes, int finished, List<Long> begun) {}

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

  private final Items committed;
  private final Items items;
  private final ContentStore content;
  private final Batch batch;
  private final RemovalStep step;

  private WriteBack(Items committed, ContentStore content, Batch batch, RemovalStep step) {
    this.committed = committed;
    this.items = new MergedItems(List.of(placed), committed);
    this.content = content;
    this.batch = batch;
    this.step = step;
  }

  /**
   * Writes content.
   *
   * @param goOn inodes to remove further, while the step is not over
   */
  static Written write(
      Overlay frozen,
      Items committed,
      ContentStore content,
      Batch batch,
      RemovalStep step,
      Iterable<Long> goOn)
      throws IOException {
    WriteBack writeBack = new WriteBack(committed, content, batch, step);
    List<Long> begun = writeBack.writeFiles(frozen);
    int finished = 0;
    for (long inode : goOn) {
      if (step.isOver() || !writeBack.goOn(inode)) {
        break;
      }
      finished++;
    }
    return new Written(merged(frozen.items(), writeBack.placed), finished, begun);
  }

  /** Stores a part of a file in consecutive blocks; no changes if the content has no blocks. */
  static Changes gather(Gathering part, Items committed, ContentStore content, Batch batch)
      throws IOException {
    WriteBack writeBack = new WriteBack(committed, content, batch, RemovalStep.unlimited());
    content.gather(writeBack.items, writeBack.sink, batch, part.inode, part.position, part.length);
    return merged(Overlay.newItems(), writeBack.placed);
  }

  /**
   * Has a new file share a part of another one. Until the file has a name, an ORPHAN item lets the
   * next opening clear it.
   *
   * @return null if the part cannot be shared: the batch is to be aborted
   */
  static @Nullable Changes share(
      Sharing sharing, Items committed, ContentStore content, Batch batch) throws IOException {
    WriteBack writeBack = new WriteBack(committed, content, batch, RemovalStep.unlimited());
    Items source = sharing.source == null ? committed : sharing.source;
    ItemSink sink = writeBack.sink;
    SharePart part = sharing.part;
    boolean shared =
        sharing.whole
            ? content.share(source, sharing.inode, part, sink, batch, sharing.target)
            : content.lend(source, sharing.inode, part, sink, batch, sharing.target, sharing.at);
    if (!shared) {
      return null;
    }
    writeBack.sink.put(orphanKey(sharing.target), new byte[0]);
    return merged(Overlay.newItems(), writeBack.placed);
  }

  private List<Long> writeFiles(Overlay frozen) throws IOException {
    List<Long> begun = new ArrayList<>(0);
    NavigableMap<Long, FileDelta> files = new TreeMap<>(frozen.files());
    TakenContent taken = TakenContent.borrow(files, committed, content, batch);
    for (Map.Entry<Long, FileDelta> file : files.entrySet()) {
      long inode = file.getKey();
      if (!file.getValue().removed()) {
        content.write(items, sink, batch, inode, taken.change(inode, file.getValue()));
        for (SharedBlocks blocks : taken.blocks(inode)) {
          content.take(items, sink, batch, inode, blocks);
        }
        continue;
      }
      step.allowSmallFile();
      if (!content.remove(items, sink, batch, inode, step)) {
        sink.put(orphanKey(inode), new byte[0]);
        begun.add(inode);
      }
    }
    return begun;
  }

  /** Removes more of an inode that nobody can reach, at the end all that it has; whether it did. */
  private boolean goOn(long inode) throws IOException {
    if (!content.remove(items, sink, batch, inode, step)) {
      return false;
    }
    List<byte[]> keys = new ArrayList<>();
    ItemCursor cursor = items.cursor(ItemKey.of(inode, (byte) 0), ItemKey.of(inode + 1, (byte) 0));
    while (cursor.next()) {
      keys.add(cursor.key());
    }
    keys.add(orphanKey(inode));
    for (byte[] key : keys) {
      step.takeItem();
      sink.remove(key);
    }
    return true;
  }

  private static byte[] orphanKey(long inode) {
    return ItemKey.of(0, ItemKey.ORPHAN, inode);
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
