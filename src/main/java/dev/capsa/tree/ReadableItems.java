package dev.capsa.tree;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The items of a tree as far as they can be read: what lies in or below an unreadable node is as if
 * it was not there. For checks and for saving what is left; whoever wants to know what is missing
 * asks {@link TreeCheck}. Thread-safe as the tree is; its cursors are confined to one thread.
 */
public final class ReadableItems implements Items {
  private final Tree tree;

  /** What is left of a tree. */
  public ReadableItems(Tree tree) {
    this.tree = tree;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    try {
      return tree.get(key);
    } catch (IOException unreadable) {
      return null;
    }
  }

  @Override
  public ItemCursor cursor(byte[] from, byte @Nullable [] to) {
    return new Cursor(tree, from, to);
  }

  @Override
  public @Nullable Item floor(byte[] key, byte[] lowest) {
    try {
      return tree.floor(key, lowest);
    } catch (IOException unreadable) {
      return null;
    }
  }

  /** A walk over the nodes that passes by the children that cannot be read. */
  private static final class Cursor implements ItemCursor {
    private final Tree tree;
    private final byte[] from;
    private final byte @Nullable [] to;
    private final Deque<Frame> frames = new ArrayDeque<>();
    private boolean started;

    Cursor(Tree tree, byte[] from, byte @Nullable [] to) {
      this.tree = tree;
      this.from = from;
      this.to = to;
    }

    /** A node, and the item of it that the cursor stands at or below. */
    private static final class Frame {
      final Node node;
      int index;

      Frame(Node node, int index) {
        this.node = node;
        this.index = index;
      }
    }

    @Override
    public boolean next() {
      if (!started) {
        started = true;
        openRoot();
      } else if (!frames.isEmpty()) {
        top().index++;
      }
      while (!frames.isEmpty()) {
        Frame frame = top();
        if (frame.index >= frame.node.count()) {
          frames.pop();
          if (!frames.isEmpty()) {
            top().index++;
          }
        } else if (frame.node.level() > 0) {
          openChild(frame);
        } else if (to != null && frame.node.compareKey(frame.index, to) >= 0) {
          frames.clear();
        } else {
          return true;
        }
      }
      return false;
    }

    private void openRoot() {
      try {
        Node root = tree.rootNode();
        if (root != null) {
          open(root);
        }
      } catch (IOException unreadable) {
        // Then there are no items.
      }
    }

    private void openChild(Frame parent) {
      try {
        open(tree.child(parent.node, parent.index));
      } catch (IOException unreadable) {
        parent.index++;
      }
    }

    /** Stands at the first item of a node that may be in the range. */
    private void open(Node node) {
      frames.push(new Frame(node, node.level() > 0 ? node.childIndex(from) : node.ceiling(from)));
    }

    private Frame top() {
      Frame frame = frames.peek();
      if (frame == null) {
        throw new IllegalStateException(
            "the cursor is before the first item or after the last one");
      }
      return frame;
    }

    @Override
    public byte[] key() {
      return top().node.key(top().index);
    }

    @Override
    public byte[] value() {
      return top().node.value(top().index);
    }
  }
}
