package dev.capsa.tree;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Items of a tree in ascending order. After an exception the same step may be tried again. */
final class TreeCursor implements ItemCursor {
  private final byte[] from;
  private final byte @Nullable [] to;
  private final NodePath path;
  private @Nullable Node leaf;
  private int index;

  /** End of the items of the leaf that are in the range. */
  private int end;

  private boolean atEnd;

  TreeCursor(Tree tree, byte[] from, byte @Nullable [] to) {
    this.from = from;
    this.to = to;
    path = new NodePath(tree);
  }

  @Override
  public boolean next() throws IOException {
    if (atEnd) {
      return false;
    }
    Node current = leaf;
    if (current == null) {
      path.seek(from);
      current = path.leaf();
      if (current == null) {
        atEnd = true;
        return false;
      }
      enter(current, current.ceiling(from));
    } else {
      index++;
    }
    while (index >= end) {
      if (end < current.count() || !path.next()) {
        index = end;
        atEnd = true;
        return false;
      }
      current = here();
      enter(current, 0);
    }
    return true;
  }

  private Node here() {
    Node found = path.leaf();
    if (found == null) {
      throw new IllegalStateException("a path without a leaf");
    }
    return found;
  }

  private void enter(Node node, int first) {
    leaf = node;
    index = first;
    byte[] bound = to;
    int last = node.count() - 1;
    end = bound == null || node.compareKey(last, bound) < 0 ? node.count() : node.ceiling(bound);
  }

  @Override
  public byte[] key() {
    return item().key(index);
  }

  @Override
  public byte[] value() {
    return item().value(index);
  }

  private Node item() {
    Node current = leaf;
    if (current == null || index >= end) {
      throw new IllegalStateException("the cursor is before the first item or after the last one");
    }
    return current;
  }
}
