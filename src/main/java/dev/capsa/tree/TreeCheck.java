package dev.capsa.tree;

import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Space;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads every node of a tree from the medium, past any cache, and reports all that is wrong: nodes
 * that cannot be read or are malformed or on the wrong level, keys out of order or outside the
 * range that the parent gives, keys and values too long, a wrong number of items. A fault does not
 * end the walk; what lies below an unreadable node is not seen.
 *
 * <p>Memory: one node per level. Confined to one thread.
 */
public final class TreeCheck {
  private final Space space;
  private final TreeVisitor visitor;
  private long items;
  private boolean complete = true;

  private TreeCheck(Space space, TreeVisitor visitor) {
    this.space = space;
    this.visitor = visitor;
  }

  /** Walks all nodes of a root. */
  public static void check(Space space, TreeRoot root, TreeVisitor visitor) {
    new TreeCheck(space, visitor).check(root);
  }

  private void check(TreeRoot root) {
    ObjectPointer pointer = root.pointer();
    if (pointer == null) {
      return;
    }
    walk(pointer, root.height() - 1, null, null);
    if (complete && items != root.items()) {
      fault(null, "the root states " + root.items() + " items, its leaves hold " + items);
    }
  }

  /** Checks a node whose keys are to lie from {@code low} (included) to {@code high} (excluded). */
  private void walk(
      ObjectPointer pointer, int level, byte @Nullable [] low, byte @Nullable [] high) {
    if (!visitor.enters(pointer)) {
      complete = false;
      return;
    }
    visitor.node(pointer);
    Node node;
    try {
      node = Node.parse(space.readNode(pointer), pointer, level);
    } catch (IOException e) {
      complete = false;
      visitor.fault(
          new TreeFault(
              "node "
                  + pointer
                  + " of level "
                  + level
                  + ": "
                  + e.getMessage()
                  + "; what it holds is lost: items of "
                  + inodes(low, high),
              pointer,
              e));
      return;
    }
    byte[] previous = low;
    for (int i = 0; i < node.count(); i++) {
      byte[] key = level > 0 && i == 0 ? low : node.key(i);
      if (key != null) {
        checkOrder(pointer, i, previous, key, high, i > 0);
        previous = key;
      }
      if (level == 0) {
        items++;
        visitor.item(node.key(i), node.value(i));
      } else {
        byte[] end = i + 1 < node.count() ? node.key(i + 1) : high;
        walk(node.child(i), level - 1, key, end);
      }
    }
  }

  private void checkOrder(
      ObjectPointer pointer,
      int index,
      byte @Nullable [] previous,
      byte[] key,
      byte @Nullable [] high,
      boolean strictly) {
    if (key.length == 0) {
      fault(pointer, "item " + index + " has an empty key");
    }
    if (previous != null && Arrays.compareUnsigned(previous, key) >= (strictly ? 0 : 1)) {
      fault(pointer, "key " + text(key) + " of item " + index + " is not above " + text(previous));
    }
    if (high != null && Arrays.compareUnsigned(key, high) >= 0) {
      fault(pointer, "key " + text(key) + " of item " + index + " is not below " + text(high));
    }
  }

  /** The inodes that items from one key to another may be of; the keys may be cut short. */
  private static String inodes(byte @Nullable [] low, byte @Nullable [] high) {
    long first = low == null ? 0 : ItemKey.inode(Arrays.copyOf(low, Long.BYTES));
    if (high == null) {
      return "inodes from " + first;
    }
    boolean whole = high.length <= Long.BYTES;
    long last = ItemKey.inode(Arrays.copyOf(high, Long.BYTES)) - (whole ? 1 : 0);
    return first >= last ? "inode " + first : "inodes " + first + " to " + last;
  }

  private void fault(@Nullable ObjectPointer pointer, String what) {
    String where = pointer == null ? "catalog" : "node " + pointer;
    visitor.fault(new TreeFault(where + ": " + what, pointer, null));
  }

  private static String text(byte[] key) {
    return HexFormat.of().formatHex(key);
  }
}
