package dev.capsa.repo;

import dev.capsa.CapsaException;
import dev.capsa.block.ContentStore;
import dev.capsa.store.Batch;
import dev.capsa.tree.Changes;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rollback changes, noted by the layer above and stored at once: items, and the content of
 * files. All items are held in memory until the commit; beyond a bound the rollback is refused.
 * Confined to the committer's thread.
 */
public final class Reversal {
  /** Heap of an item besides its bytes. */
  private static final int ITEM_BYTES = 96;

  private final ContentStore content;
  private final PlaceCountingBatch batch;
  private final long mostBytes;
  private final Changes changes = new Changes();
  private final List<Long> begun = new ArrayList<>();
  private final List<Long> adopted = new ArrayList<>();
  private long bytes;

  Reversal(ContentStore content, Batch batch, long mostBytes) {
    this.content = content;
    this.batch = new PlaceCountingBatch(batch);
    this.mostBytes = mostBytes;
  }

  /** Items of content come back through this. */
  private final ItemSink sink =
      new ItemSink() {
        @Override
        public void put(byte[] key, byte[] value) {
          changes.put(key, value);
        }

        @Override
        public void remove(byte[] key) {
          changes.remove(key);
        }
      };

  /** Sets an item. */
  public void put(byte[] key, byte[] value) throws IOException {
    count(key.length + value.length);
    changes.put(key, value);
  }

  /** Removes an item. */
  public void remove(byte[] key) throws IOException {
    count(key.length);
    changes.remove(key);
  }

  /**
   * Puts an item of content as it was.
   *
   * @param now its present value; null if it is absent
   * @param then its value in the state that comes back; null if it is absent there
   */
  public void content(byte[] key, byte @Nullable [] now, byte @Nullable [] then)
      throws IOException {
    count(key.length + (then == null ? 0 : then.length));
    content.revert(sink, batch, key, now, then);
  }

  /** Whether content lies outside of its item, so that an inode that goes is left to be cleared. */
  public boolean isApart(long inode, byte[] value) throws IOException {
    return content.isApart(inode, value);
  }

  /** An inode has no name any more. If it is in use, who closes it last has it cleared. */
  public void orphan(long inode, boolean inUse) throws IOException {
    put(ItemKey.of(0, ItemKey.ORPHAN, inode), new byte[0]);
    if (!inUse) {
      begun.add(inode);
    }
  }

  /** An inode that had no name has one again: it is not to be cleared any more. */
  public void adopt(long inode) throws IOException {
    remove(ItemKey.of(0, ItemKey.ORPHAN, inode));
    adopted.add(inode);
  }

  private void count(int more) throws CapsaException {
    bytes += ITEM_BYTES + more;
    if (bytes > mostBytes) {
      throw new CapsaException(
          "what differs from the revision takes more than "
              + mostBytes
              + " bytes of memory, a quarter of what this Java process may use; bring parts of it"
              + " back with restore, or give the process more");
    }
  }

  /** What the commit takes besides the units that are written already. */
  Load load(long nodes) {
    return new Load(0, 0, 0, 0, batch.places() + nodes, 0, 0);
  }

  Changes changes() {
    return changes;
  }

  List<Long> begun() {
    return begun;
  }

  List<Long> adopted() {
    return adopted;
  }
}
