package dev.capsa.tree;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Items of a tree in descending order. After an exception the same step may be tried again. */
final class DescendingCursor implements ItemCursor {
  private final byte[] from;
  private final byte @Nullable [] to;
  private final NodePath path;
  private @Nullable Node leaf;
  private int index;
  private boolean atEnd;

  DescendingCursor(Tree tree, byte[] from, byte @Nullable [] to) {
    this.from = from;
    this.to = to;
    path = new NodePath(tree);
  }

  @Override
  public boolean next() throws IOException {
    if (atEnd) {
      return false;
    }
    byte[] bound = to;
    if (leaf == null) {
      path.seek(bound);
      leaf = path.leaf();
      if (leaf != null) {
        index = bound == null ? leaf.count() : leaf.ceiling(bound);
      }
    }
    Node current = leaf;
    if (current != null && index == 0 && path.previous()) {
      current = path.leaf();
      leaf = current;
      index = current == null ? 0 : current.count();
    }
    if (current == null || index == 0 || current.compareKey(index - 1, from) < 0) {
      atEnd = true;
      return false;
    }
    index--;
    return true;
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
    if (current == null || atEnd) {
      throw new IllegalStateException("the cursor is before the first item or after the last one");
    }
    return current;
  }
}
