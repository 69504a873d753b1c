package dev.capsa.tree;

import dev.capsa.store.ObjectPointer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A walk over a tree that stands before a node not yet read, or at an item, or at the end; a node
 * may be opened, or passed by with all that is below it. Confined to one thread.
 */
final class TreeWalk {
  private static final byte[] LOWEST = {};

  /** An open node. */
  private static final class Frame {
    final Node node;
    final byte[] low;
    int index;

    Frame(Node node, byte[] low) {
      this.node = node;
      this.low = low;
    }
  }

  private final Tree tree;

  /** The open nodes, the lowest first. Only the lowest stands at something not yet entered. */
  private final Deque<Frame> frames = new ArrayDeque<>();

  private boolean beforeRoot;

  /** The least key of what the walk stands at, once it was asked for. */
  private byte @Nullable [] low;

  TreeWalk(Tree tree) {
    this.tree = tree;
    beforeRoot = tree.root().pointer() != null;
  }

  boolean atEnd() {
    return !beforeRoot && frames.isEmpty();
  }

  boolean atItem() {
    Frame frame = frames.peek();
    return frame != null && frame.node.level() == 0;
  }

  /** Level of the node that the walk stands before. */
  int level() {
    return beforeRoot ? tree.root().height() - 1 : top().node.level() - 1;
  }

  /** The key of the item, or the least key that the node may hold. */
  byte[] low() {
    byte[] known = low;
    if (known == null) {
      known = computeLow();
      low = known;
    }
    return known;
  }

  private byte[] computeLow() {
    if (beforeRoot) {
      return LOWEST;
    }
    Frame frame = top();
    return frame.index == 0 && frame.node.level() > 0 ? frame.low : frame.node.key(frame.index);
  }

  byte[] value() {
    Frame frame = top();
    return frame.node.value(frame.index);
  }

  /** Whether this item is below all that the other walk, which stands before a node, has ahead. */
  boolean isBefore(TreeWalk other) {
    return Arrays.compareUnsigned(low(), other.low()) < 0;
  }

  /** Whether both walks stand before the same node. */
  boolean sharesNodeWith(TreeWalk other) {
    if (atEnd() || other.atEnd() || atItem() || other.atItem()) {
      return false;
    }
    if (beforeRoot || other.beforeRoot) {
      return pointer().equals(other.pointer());
    }
    Frame mine = top();
    Frame others = other.top();
    return mine.node.childId(mine.index) == others.node.childId(others.index)
        && pointer().equals(other.pointer());
  }

  private ObjectPointer pointer() {
    ObjectPointer root = tree.root().pointer();
    if (beforeRoot && root != null) {
      return root;
    }
    Frame frame = top();
    return frame.node.child(frame.index);
  }

  /** Enters the node that the walk stands before. */
  void open() throws IOException {
    byte[] least = low();
    Node node;
    if (beforeRoot) {
      node = tree.rootNode();
      beforeRoot = false;
    } else {
      Frame frame = top();
      node = tree.child(frame.node, frame.index);
    }
    if (node != null) {
      frames.push(new Frame(node, least));
    }
    low = null;
  }

  /**
   * Both walks, which stand at items, pass by those that are the same, up to the end of a leaf.
   *
   * @return whether there were any
   */
  boolean skipSameAs(TreeWalk other) {
    Frame mine = top();
    Frame others = other.top();
    int same = mine.node.sameItems(mine.index, others.node, others.index);
    if (same > 0) {
      mine.index += same - 1;
      others.index += same - 1;
      skip();
      other.skip();
    }
    return same > 0;
  }

  /** Passes by the item, or the node with all below it. */
  void skip() {
    low = null;
    if (beforeRoot) {
      beforeRoot = false;
      return;
    }
    Frame frame = top();
    frame.index++;
    while (frame.index == frame.node.count()) {
      frames.pop();
      if (frames.isEmpty()) {
        return;
      }
      frame = top();
      frame.index++;
    }
  }

  private Frame top() {
    Frame frame = frames.peek();
    if (frame == null) {
      throw new IllegalStateException("the walk is at its end");
    }
    return frame;
  }
}
