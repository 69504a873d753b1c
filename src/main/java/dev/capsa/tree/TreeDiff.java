package dev.capsa.tree;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The items in which two roots differ, in ascending order of keys. Nodes that both share are passed
 * by unread, so the time is proportional to the nodes that are not shared.
 *
 * <p>Both roots must be readable until the last step, as {@link Tree} says. After an exception the
 * difference is not to be used further. Confined to one thread.
 */
public final class TreeDiff {
  private static final byte[] NONE = {};

  private final TreeWalk older;
  private final TreeWalk newer;
  private byte[] key = NONE;
  private byte @Nullable [] oldValue;
  private byte @Nullable [] newValue;

  /** What leads from one root to another. */
  public TreeDiff(Tree older, Tree newer) throws IOException {
    this.older = new TreeWalk(older);
    this.newer = new TreeWalk(newer);
  }

  /** Moves to the next item that differs; false at the end. */
  public boolean next() throws IOException {
    while (!older.atEnd() || !newer.atEnd()) {
      if (older.atItem() && newer.atItem()) {
        if (!older.skipSameAs(newer) && compareItems()) {
          return true;
        }
      } else if (older.atItem() && (newer.atEnd() || older.isBefore(newer))) {
        return removed();
      } else if (newer.atItem() && (older.atEnd() || newer.isBefore(older))) {
        return inserted();
      } else if (older.sharesNodeWith(newer)) {
        older.skip();
        newer.skip();
      } else {
        open();
      }
    }
    return false;
  }

  /** The key that differs; a fresh array. */
  public byte[] key() {
    return key;
  }

  /** Its value below the first root; null if it is absent there. */
  public byte @Nullable [] oldValue() {
    return oldValue;
  }

  /** Its value below the second root; null if it is absent there. */
  public byte @Nullable [] newValue() {
    return newValue;
  }

  /** Steps over one item, or over two with the same key; whether there is a difference. */
  private boolean compareItems() {
    int order = Arrays.compareUnsigned(older.low(), newer.low());
    if (order < 0) {
      return removed();
    }
    if (order > 0) {
      return inserted();
    }
    key = older.low();
    oldValue = older.value();
    newValue = newer.value();
    older.skip();
    newer.skip();
    return !Arrays.equals(oldValue, newValue);
  }

  private boolean removed() {
    key = older.low();
    oldValue = older.value();
    newValue = null;
    older.skip();
    return true;
  }

  private boolean inserted() {
    key = newer.low();
    oldValue = null;
    newValue = newer.value();
    newer.skip();
    return true;
  }

  /**
   * Opens the node that begins first; if both begin alike, the higher one, or both. So a node is
   * open only when no node of the other side can still be the same.
   */
  private void open() throws IOException {
    boolean openOlder = !older.atItem() && !older.atEnd();
    boolean openNewer = !newer.atItem() && !newer.atEnd();
    if (openOlder && openNewer) {
      int order = Arrays.compareUnsigned(older.low(), newer.low());
      if (order == 0) {
        order = newer.level() - older.level();
      }
      openOlder = order <= 0;
      openNewer = order >= 0;
    }
    if (openOlder) {
      older.open();
    }
    if (openNewer) {
      newer.open();
    }
  }
}
