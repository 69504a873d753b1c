package dev.capsa.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.store.Batch;
import dev.capsa.store.MemorySpace;
import dev.capsa.store.ObjectPointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A tree and what it should hold. Every commit is followed by a check of the whole structure. */
final class ModelTree {
  final MemorySpace space;
  final NodeCache cache;
  final TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
  TreeRoot root = TreeRoot.EMPTY;

  private @Nullable Changes changes;

  ModelTree(MemorySpace space, long cacheBytes) {
    this.space = space;
    cache = new NodeCache(cacheBytes);
  }

  ModelTree() {
    this(new MemorySpace(), 1 << 20);
  }

  Tree tree() {
    return new Tree(space, cache, root);
  }

  ModelTree put(byte[] key, byte[] value) {
    pending().put(key, value);
    model.put(key, value);
    return this;
  }

  ModelTree put(String key, String value) {
    return put(bytes(key), bytes(value));
  }

  ModelTree remove(byte[] key) {
    pending().remove(key);
    model.remove(key);
    return this;
  }

  ModelTree remove(String key) {
    return remove(bytes(key));
  }

  private Changes pending() {
    if (changes == null) {
      changes = new Changes();
    }
    return changes;
  }

  /** Applies what was put and removed since the last commit. */
  void commit() throws IOException {
    Changes toApply = pending();
    changes = null;
    try (Batch batch = space.begin()) {
      TreeRoot made = Tree.apply(space, cache, batch, root, toApply);
      byte[] encoded = new byte[TreeRoot.BYTES];
      made.encode(encoded, 0);
      batch.commit(encoded, false);
      root = TreeRoot.decode(space.root(), 0);
      assertThat(root).isEqualTo(made);
    }
  }

  /** Commits, and compares structure, space and content with the model. */
  void commitAndCheck(String description) throws IOException {
    commit();
    check(description);
  }

  void check(String description) throws IOException {
    Set<ObjectPointer> reachable = checkStructure(description);
    assertThat(space.nodes()).as(description).isEqualTo(reachable);
    assertThat(root.items()).as(description).isEqualTo(model.size());
    assertSame(tree().cursor(new byte[0], null), model, description);
    assertThat(cache.bytes()).as(description).isLessThanOrEqualTo(cache.maxBytes());
  }

  /** Checks the newest root; returns the nodes that it reaches. */
  Set<ObjectPointer> checkStructure(String description) {
    Set<ObjectPointer> reachable = new HashSet<>();
    List<TreeFault> faults = new ArrayList<>();
    List<ObjectPointer> twice = new ArrayList<>();
    TreeCheck.check(
        space,
        root,
        new TreeVisitor() {
          @Override
          public void fault(TreeFault fault) {
            faults.add(fault);
          }

          @Override
          public void node(ObjectPointer pointer) {
            if (!reachable.add(pointer)) {
              twice.add(pointer);
            }
          }
        });
    assertThat(faults).as(description).isEmpty();
    assertThat(twice).as(description).isEmpty();
    return reachable;
  }

  /** The nodes of the newest root, by level: how many, and how many bytes they have. */
  Map<Integer, long[]> fill() throws IOException {
    Map<Integer, long[]> fill = new HashMap<>();
    if (root.pointer() != null) {
      fill(root.pointer(), root.height() - 1, fill);
    }
    return fill;
  }

  private void fill(ObjectPointer pointer, int level, Map<Integer, long[]> fill)
      throws IOException {
    long[] sum = fill.computeIfAbsent(level, key -> new long[2]);
    sum[0]++;
    sum[1] += pointer.length();
    if (level > 0) {
      Node node = Node.parse(space.readNode(pointer), pointer, level);
      for (int i = 0; i < node.count(); i++) {
        fill(node.child(i), level - 1, fill);
      }
    }
  }

  /** Part of the leaves that is in use, in percent. */
  double leafFill() throws IOException {
    long[] leaves = fill().get(0);
    return 100.0 * leaves[1] / leaves[0] / NodeLayout.MAX_BYTES;
  }

  static void assertSame(ItemCursor cursor, Map<byte[], byte[]> expected, String description)
      throws IOException {
    for (Map.Entry<byte[], byte[]> item : expected.entrySet()) {
      boolean same =
          cursor.next()
              && Arrays.equals(cursor.key(), item.getKey())
              && Arrays.equals(cursor.value(), item.getValue());
      if (!same) { // the assertion is costly, and there are millions of items
        assertThat(cursor.key()).as(description).isEqualTo(item.getKey());
        assertThat(cursor.value()).as(description).isEqualTo(item.getValue());
      }
    }
    assertThat(cursor.next()).as(description).isFalse();
    assertThat(cursor.next()).as(description).isFalse();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
