package dev.capsa.tree;

import static dev.capsa.tree.NodeLayout.MAX_BYTES;
import static dev.capsa.tree.NodeLayout.MIN_BYTES;

import dev.capsa.store.Batch;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Space;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One application of sorted changes to a tree. Confined to one thread; used once. */
/*
 * How it works
 * ------------
 * The tree is walked once from left to right. A node that changes is taken apart: its items go, with
 * the changes merged in, into the run of its level. A run is cut into nodes when the walk comes to a
 * node of that level that does not change; each node cut adds an item to the run of the level above.
 * So runs join what neighbours hold, across parents, and every node is written once, when it is
 * known to be final.
 *
 * A run too short for a node of its own is *hungry*. It is fed with the unchanged node to its right,
 * which the walk has just reached, or, where its parent ends, with the unchanged node to its left,
 * which is the last item of the run above (what is cut from a run is always followed by an unchanged
 * node, unless the run above is cut as well, so a node is never written and taken apart by one
 * application). If the run above has no item yet, that run's own next or previous node is taken
 * apart first.
 *
 * A long run is cut while it grows, so that memory holds a few nodes per level. The end of a run is
 * cut into equal halves; but where the changes end with new items past the end of the tree, nodes
 * are filled, and the last one of each level may stay short: the next batch will go on there.
 */
final class TreeWriter {
  /** Raw bytes that a run gathers before it is asked to cut full nodes. */
  private static final int PATIENCE_BYTES = 8 * MAX_BYTES;

  private static final byte[] LOWEST = new byte[0];

  private final Space space;
  private final NodeCache cache;
  private final Batch batch;
  private final List<ItemChange> changes;
  private final List<NodeRun> runs = new ArrayList<>();

  /** Raw bytes of each run at which it is next asked for full nodes. */
  private final List<Integer> patience = new ArrayList<>();

  /**
   * The last node written of each level. It may not have come to the medium yet, and the cache need
   * not keep it.
   */
  private final List<Written> written = new ArrayList<>();

  private record Written(ObjectPointer pointer, Node node) {}

  private long added;

  /** The walk is over, and the last change was a new item past the end of the tree. */
  private boolean appended;

  TreeWriter(Space space, NodeCache cache, Batch batch, List<ItemChange> changes) {
    this.space = space;
    this.cache = cache;
    this.batch = batch;
    this.changes = changes;
  }

  TreeRoot apply(TreeRoot root) throws IOException {
    ObjectPointer pointer = root.pointer();
    if (pointer == null) {
      run(0).open(LOWEST);
      for (ItemChange change : changes) {
        put(change);
      }
      appended = true;
      return finish(1);
    }
    Node node = cache.load(space, pointer, root.height() - 1);
    int from = firstEffective(node, 0, changes.size());
    if (from == changes.size()) {
      return root;
    }
    added = root.items();
    takeApart(pointer);
    run(node.level()).open(LOWEST);
    expand(node, LOWEST, from, changes.size(), true);
    return finish(root.height());
  }

  private NodeRun run(int level) {
    while (runs.size() <= level) {
      runs.add(new NodeRun(runs.size()));
      patience.add(PATIENCE_BYTES);
    }
    return runs.get(level);
  }

  /** Index of the first change from {@code from} on that changes anything below the node. */
  private int firstEffective(Node node, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      ItemChange change = changes.get(i);
      Node leaf = node;
      while (leaf.level() > 0) {
        leaf = cache.loadChild(space, leaf, leaf.childIndex(change.key()));
      }
      int found = leaf.find(change.key());
      byte[] value = change.value();
      boolean same = value == null ? found < 0 : found >= 0 && leaf.valueEquals(found, value);
      if (!same) {
        return i;
      }
    }
    return to;
  }

  /** Frees a node whose items go into a run. */
  private void takeApart(ObjectPointer pointer) throws IOException {
    batch.freeNode(pointer);
    cache.neglect(pointer);
  }

  /**
   * Moves the items of a node, with the changes from {@code from} to {@code to}, into the run of
   * its level.
   *
   * @param low the node's separator
   * @param last whether nothing of this level follows
   */
  private void expand(Node node, byte[] low, int from, int to, boolean last) throws IOException {
    if (node.level() == 0) {
      merge(node, from, to, last);
      return;
    }
    int next = from;
    int child = 0;
    while (next < to) {
      int target = node.childIndex(changes.get(next).key());
      for (; child < target; child++) {
        pass(node, child, low);
      }
      boolean lastChild = target == node.count() - 1;
      int end = next + 1;
      while (end < to && (lastChild || node.compareKey(target + 1, changes.get(end).key()) > 0)) {
        end++;
      }
      Node changed = cache.loadChild(space, node, target);
      int first = firstEffective(changed, next, end);
      if (first == end) {
        pass(node, target, low);
      } else {
        byte[] separator = target == 0 ? low : node.key(target);
        takeApart(node.child(target));
        run(changed.level()).open(separator);
        expand(changed, separator, first, end, last && lastChild);
      }
      child = target + 1;
      next = end;
    }
    for (; child < node.count(); child++) {
      pass(node, child, low);
    }
  }

  /** Merges a leaf with changes of which the first has an effect. */
  private void merge(Node leaf, int from, int to, boolean last) throws IOException {
    NodeRun run = run(0);
    int item = 0;
    boolean insertedLast = false;
    for (int i = from; i < to; i++) {
      ItemChange change = changes.get(i);
      int found = leaf.find(change.key());
      int upTo = found < 0 ? -found - 1 : found;
      for (; item < upTo; item++) {
        run.add(leaf, item);
      }
      if (found >= 0) {
        item++;
        added--;
      }
      put(change);
      insertedLast = found < 0 && change.value() != null;
    }
    appended = last && insertedLast && item == leaf.count();
    for (; item < leaf.count(); item++) {
      run.add(leaf, item);
    }
  }

  private void put(ItemChange change) throws IOException {
    byte[] value = change.value();
    if (value != null) {
      run(0).add(change.key(), value);
      added++;
      cutFull(0);
    }
  }

  /** Passes by a child that does not change: it becomes an item of the run, or feeds one below. */
  private void pass(Node parent, int index, byte[] low) throws IOException {
    int level = parent.level() - 1;
    NodeRun above = run(level + 1);
    if (settle(level)) {
      byte[] separator = index == 0 ? low : parent.key(index);
      Node node = cache.loadChild(space, parent, index);
      takeApart(parent.child(index));
      run(level).open(separator);
      expand(node, separator, 0, 0, false);
    } else {
      flush(level);
      if (index == 0) {
        above.addFirstChild(low, parent);
      } else {
        above.add(parent, index);
      }
      cutFull(level + 1);
    }
  }

  /**
   * Cuts the runs below a level, as nothing that follows there can belong to them.
   *
   * @return whether the run of this level, or one below that only this one's next node can feed, is
   *     hungry
   */
  private boolean settle(int level) throws IOException {
    NodeRun run = run(level);
    if (level > 0) {
      while (settle(level - 1)) {
        if (run.isEmpty()) {
          return true;
        }
        feedFromLeft(level - 1);
      }
      flush(level - 1);
    }
    return !appended && !run.isEmpty() && run.encodedLength() < MIN_BYTES;
  }

  /** Takes apart the last item of the run above, putting its items before those that wait here. */
  private void feedFromLeft(int level) throws IOException {
    NodeRun above = run(level + 1);
    ObjectPointer pointer = above.lastChild();
    byte[] separator = above.lastKey();
    Node node = load(pointer, level);
    above.dropLast();
    takeApart(pointer);
    run(level).prepend(node, separator);
  }

  /** Cuts what a long run surely fills; keeps two nodes, so that the end can be cut evenly. */
  private void cutFull(int level) throws IOException {
    NodeRun run = run(level);
    if (run.rawBytes() < patience.get(level)) {
      return;
    }
    int from = 0;
    int end = run.fullEnd(0);
    while (end < run.count()) {
      int following = run.fullEnd(end);
      if (following == run.count()) {
        break;
      }
      write(level, from, end);
      from = end;
      end = following;
    }
    if (from > 0) {
      run.dropFirst(from);
    }
    patience.set(level, run.rawBytes() + PATIENCE_BYTES);
  }

  /** Cuts all of a run into nodes. */
  private void flush(int level) throws IOException {
    NodeRun run = run(level);
    if (run.isEmpty()) {
      return;
    }
    int from = 0;
    while (from < run.count()) {
      int end = run.fullEnd(from);
      boolean lastTwo = end < run.count() && run.fullEnd(end) == run.count();
      if (lastTwo && !appended) {
        end = run.evenEnd(from);
      }
      write(level, from, end);
      from = end;
    }
    run.dropFirst(from);
    patience.set(level, PATIENCE_BYTES);
  }

  private void write(int level, int from, int to) throws IOException {
    NodeRun run = run(level);
    byte[] content = run.encode(from, to);
    ObjectPointer pointer = batch.putNode(ByteBuffer.wrap(content));
    Node node = Node.trusted(content);
    cache.put(pointer, node);
    while (written.size() <= level) {
      written.add(new Written(pointer, node));
    }
    written.set(level, new Written(pointer, node));
    byte[] separator = run.separator(from);
    NodeRun above = run(level + 1);
    above.open(separator);
    above.add(separator, pointer);
    cutFull(level + 1);
  }

  /** Cuts what is left in the runs, until one node is above all others. */
  private TreeRoot finish(int height) throws IOException {
    int top = height - 1;
    settle(top);
    while (top > 0 && run(top).isEmpty()) {
      top--;
      settle(top);
    }
    if (run(top).isEmpty()) {
      return TreeRoot.EMPTY;
    }
    if (top == 0) {
      flush(0);
      top = 1;
    }
    while (run(top).count() > 1 || (top < runs.size() - 1 && !run(top + 1).isEmpty())) {
      flush(top);
      top++;
    }
    return lowered(run(top).lastChild(), top);
  }

  /** A node of the old tree, or the last one written of its level. */
  private Node load(ObjectPointer pointer, int level) throws IOException {
    Written last = level < written.size() ? written.get(level) : null;
    return last != null && last.pointer().equals(pointer)
        ? last.node()
        : cache.load(space, pointer, level);
  }

  /**
   * Drops roots that have one child only. Such a child is its level's only node: it is from the old
   * tree, or the last one written.
   */
  private TreeRoot lowered(ObjectPointer top, int height) throws IOException {
    ObjectPointer pointer = top;
    int levels = height;
    Node node = load(pointer, levels - 1);
    while (levels > 1 && node.count() == 1) {
      takeApart(pointer);
      pointer = node.child(0);
      levels--;
      node = load(pointer, levels - 1);
    }
    return new TreeRoot(pointer, levels, added);
  }
}
