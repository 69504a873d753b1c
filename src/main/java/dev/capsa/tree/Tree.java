package dev.capsa.tree;

import dev.capsa.store.Batch;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Space;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The items below one root: an unchanging view. The caller keeps the nodes from reuse, by a pin
 * that was taken when the root was the newest, or by the batch that builds on it. Cursors show the
 * same root for ever, whatever is applied meanwhile.
 *
 * <p>A node that does not match its pointer makes a read fail with {@link
 * dev.capsa.CapsaCorruptException}; other reads go on.
 *
 * <p>Immutable but for the root node, which is kept once it is read; thread-safe.
 */
public final class Tree implements Items {
  private final Space space;
  private final NodeCache cache;
  private final TreeRoot root;

  /** The root node. Volatile, as a node's heads are filled after its construction. */
  private volatile @Nullable Node rootNode;

  /** The items below a root of this space. */
  public Tree(Space space, NodeCache cache, TreeRoot root) {
    this.space = space;
    this.cache = cache;
    this.root = root;
  }

  /**
   * Makes a new tree of an old one and changes, as part of a batch: writes new nodes, frees
   * replaced ones, shares the others. Needs memory for the changes and a few nodes per level.
   * Changes without an effect write nothing; if there are only such, the root is returned as it is.
   *
   * @param root the newest root of the space, or one that this batch made
   * @throws IOException if a node cannot be read or written; the batch must then be aborted, and
   *     the old root is as it was
   */
  public static TreeRoot apply(
      Space space, NodeCache cache, Batch batch, TreeRoot root, Changes changes)
      throws IOException {
    return changes.isEmpty()
        ? root
        : new TreeWriter(space, cache, batch, changes.sorted()).apply(root);
  }

  /** The root that this is a view of. */
  public TreeRoot root() {
    return root;
  }

  @Override
  public byte @Nullable [] get(byte[] key) throws IOException {
    Node node = rootNode();
    if (node == null) {
      return null;
    }
    while (node.level() > 0) {
      node = cache.loadChild(space, node, node.childIndex(key));
    }
    int index = node.find(key);
    return index < 0 ? null : node.value(index);
  }

  @Override
  public ItemCursor cursor(byte[] from, byte @Nullable [] to) throws IOException {
    return new TreeCursor(this, from, to);
  }

  /** The items of {@link #cursor}, in descending order. */
  public ItemCursor descendingCursor(byte[] from, byte @Nullable [] to) {
    return new DescendingCursor(this, from, to);
  }

  @Override
  public @Nullable Item floor(byte[] key, byte[] lowest) throws IOException {
    Node node = rootNode();
    Node left = null;
    int leftChild = 0;
    while (node != null && node.level() > 0) {
      int child = node.childIndex(key);
      if (child > 0) {
        left = node;
        leftChild = child - 1;
      }
      node = cache.loadChild(space, node, child);
    }
    if (node == null) {
      return null;
    }
    int found = node.find(key);
    int index = found < 0 ? -found - 2 : found;
    if (index < 0) {
      if (left == null) {
        return null;
      }
      node = cache.loadChild(space, left, leftChild);
      while (node.level() > 0) {
        node = cache.loadChild(space, node, node.count() - 1);
      }
      index = node.count() - 1;
    }
    return node.compareKey(index, lowest) < 0 ? null : new Item(node.key(index), node.value(index));
  }

  /** The root node; null if the tree is empty. */
  @Nullable Node rootNode() throws IOException {
    Node known = rootNode;
    ObjectPointer pointer = root.pointer();
    if (known == null && pointer != null) {
      known = cache.load(space, pointer, root.height() - 1);
      rootNode = known;
    }
    return known;
  }

  Node child(Node parent, int index) throws IOException {
    return cache.loadChild(space, parent, index);
  }
}
