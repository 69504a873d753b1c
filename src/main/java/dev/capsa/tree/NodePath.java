package dev.capsa.tree;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The nodes from the root of a tree to a leaf. A move that fails leaves the path where it was.
 * Confined to one thread.
 */
final class NodePath {
  private static final Node[] NONE = {};

  private final Tree tree;

  /** By level, the leaf first; empty if the tree is. */
  private Node[] nodes = NONE;

  /** Which child of each node the path takes; of the leaf nothing. */
  private int[] children = {};

  NodePath(Tree tree) {
    this.tree = tree;
  }

  /** The leaf; null if the tree is empty. */
  @Nullable Node leaf() {
    return nodes.length == 0 ? null : nodes[0];
  }

  /** Goes to the leaf that the key belongs to; null: to the last one. */
  void seek(byte @Nullable [] key) throws IOException {
    Node root = tree.rootNode();
    if (root == null) {
      return;
    }
    Node[] newNodes = new Node[root.level() + 1];
    int[] newChildren = new int[root.level() + 1];
    Node node = root;
    while (true) {
      int level = node.level();
      newNodes[level] = node;
      if (level == 0) {
        break;
      }
      newChildren[level] = key == null ? node.count() - 1 : node.childIndex(key);
      node = tree.child(node, newChildren[level]);
    }
    nodes = newNodes;
    children = newChildren;
  }

  /** Goes to the next leaf; false if there is none. */
  boolean next() throws IOException {
    int level = 1;
    while (level < nodes.length && children[level] == nodes[level].count() - 1) {
      level++;
    }
    return level < nodes.length && turn(level, 1);
  }

  /** Goes to the previous leaf; false if there is none. */
  boolean previous() throws IOException {
    int level = 1;
    while (level < nodes.length && children[level] == 0) {
      level++;
    }
    return level < nodes.length && turn(level, -1);
  }

  /** Takes another child on a level, and below it the outermost children. */
  private boolean turn(int from, int step) throws IOException {
    Node[] newNodes = from == 1 ? nodes : nodes.clone();
    int[] newChildren = from == 1 ? children : Arrays.copyOf(children, children.length);
    int child = children[from] + step;
    Node node = tree.child(nodes[from], child);
    newChildren[from] = child;
    for (int level = from - 1; level > 0; level--) {
      newNodes[level] = node;
      newChildren[level] = step > 0 ? 0 : node.count() - 1;
      node = tree.child(node, newChildren[level]);
    }
    newNodes[0] = node;
    nodes = newNodes;
    children = newChildren;
    return true;
  }
}
