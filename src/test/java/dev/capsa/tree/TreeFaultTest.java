package dev.capsa.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.store.Batch;
import dev.capsa.store.MemorySpace;
import dev.capsa.store.ObjectPointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Media that fail, nodes that are damaged, and trees that are wrong. */
class TreeFaultTest {
  private static final byte[] FIRST = {};

  @Test
  void a_failure_anywhere_in_a_batch_leaves_the_old_tree() throws IOException {
    ModelTree tree = filled(0);
    TreeRoot before = tree.root;
    int failures = 0;
    for (int allowed = 0; ; allowed++) {
      Changes changes = new Changes();
      for (int i = 0; i < 20_000; i += 400) {
        changes.put(key(i), new byte[500]);
        changes.remove(key(i + 1));
      }
      tree.space.failAfter(allowed);
      try (Batch batch = tree.space.begin()) {
        Tree.apply(tree.space, tree.cache, batch, before, changes);
        break;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("injected fault");
        failures++;
      } finally {
        tree.space.failAfter(-1);
      }
      if (allowed % 25 == 0) {
        tree.check("failed after " + allowed);
      }
    }
    assertThat(failures).isGreaterThan(100);
    tree.check("all failed");
    tree.put(key(3), new byte[9]).remove(key(5));
    tree.commitAndCheck("works again");
  }

  @Test
  void a_full_space_leaves_the_old_tree() throws IOException {
    ModelTree tree = filled(1 << 20);
    tree.space.capacityBytes(2_400_000);
    Changes changes = new Changes();
    for (int i = 0; i < 20_000; i++) {
      changes.put(key(i), new byte[200]);
    }
    try (Batch batch = tree.space.begin()) {
      assertThatThrownBy(() -> Tree.apply(tree.space, tree.cache, batch, tree.root, changes))
          .isInstanceOf(CapsaFullException.class);
    }
    tree.check("after full");
  }

  @Test
  void a_failed_read_reaches_the_caller_and_may_be_tried_again() throws IOException {
    ModelTree tree = filled(0);
    Tree view = tree.tree();
    TreeRoot before = tree.root;
    ItemCursor ascending = view.cursor(FIRST, null);
    ItemCursor descending = view.descendingCursor(FIRST, null);
    assertThat(view.get(key(1))).isNotNull();
    for (ItemCursor cursor : List.of(ascending, descending)) {
      int items = 0;
      int failures = 0;
      boolean failing = false;
      while (true) {
        tree.space.failAfter(failing ? 0 : -1);
        failing = !failing;
        try {
          if (!cursor.next()) {
            break;
          }
          items++;
        } catch (IOException e) {
          failures++;
        }
      }
      tree.space.failAfter(-1);
      assertThat(items).isEqualTo(20_000);
      assertThat(failures).isPositive();
    }
    tree.space.failAfter(0);
    assertThatThrownBy(() -> view.get(key(1))).hasMessageContaining("injected");
    assertThatThrownBy(() -> view.floor(key(1), FIRST)).hasMessageContaining("injected");
    assertThatThrownBy(() -> new TreeDiff(emptied(tree), view).next())
        .hasMessageContaining("injected");
    tree.space.failAfter(-1);
    assertThat(view.root()).isEqualTo(before);
    assertThat(view.get(key(1))).isNotNull();
  }

  private static Tree emptied(ModelTree tree) {
    return new Tree(tree.space, tree.cache, TreeRoot.EMPTY);
  }

  @Test
  void a_damaged_leaf_hurts_its_own_items_only() throws IOException {
    ModelTree tree = filled(0);
    ObjectPointer damaged = leafOf(tree, key(10_000));
    tree.space.damage(damaged);
    Tree view = tree.tree();
    int unreadable = 0;
    for (int i = 0; i < 20_000; i++) {
      try {
        assertThat(view.get(key(i))).isEqualTo(tree.model.get(key(i)));
      } catch (CapsaCorruptException e) {
        unreadable++;
      }
    }
    assertThat(unreadable).isBetween(50, 400);
    List<TreeFault> faults = new ArrayList<>();
    Set<ObjectPointer> nodes = new HashSet<>();
    long[] items = new long[1];
    TreeCheck.check(
        tree.space,
        tree.root,
        new TreeVisitor() {
          @Override
          public void fault(TreeFault fault) {
            faults.add(fault);
          }

          @Override
          public void node(ObjectPointer pointer) {
            nodes.add(pointer);
          }

          @Override
          public void item(byte[] key, byte[] value) {
            items[0]++;
          }
        });
    assertThat(faults).hasSize(1);
    assertThat(faults.get(0).node()).isEqualTo(damaged);
    assertThat(faults.get(0).cause()).isInstanceOf(CapsaCorruptException.class);
    assertThat(nodes).isEqualTo(tree.space.nodes());
    assertThat(items[0]).isEqualTo(20_000 - unreadable);
  }

  private static ObjectPointer leafOf(ModelTree tree, byte[] key) throws IOException {
    Node node = tree.tree().rootNode();
    while (node.level() > 1) {
      node = tree.cache.loadChild(tree.space, node, node.childIndex(key));
    }
    return node.child(node.childIndex(key));
  }

  @Test
  void the_check_finds_wrong_trees() throws IOException {
    MemorySpace space = new MemorySpace();
    try (Batch batch = space.begin()) {
      ObjectPointer low = leaf(batch, "b", "d");
      ObjectPointer high = leaf(batch, "m", "p");
      ObjectPointer unordered = leaf(batch, "r", "q");
      ObjectPointer twice = leaf(batch, "s", "s");
      assertThat(faults(space, inner(batch, low, "k", high), 2, 4)).isEmpty();
      assertThat(faults(space, inner(batch, low, "k", high), 2, 5))
          .singleElement(STRING)
          .contains("states 5 items")
          .contains("hold 4");
      assertThat(faults(space, inner(batch, low, "d", high), 2, 4))
          .singleElement(STRING)
          .contains("not below");
      assertThat(faults(space, inner(batch, low, "n", high), 2, 4))
          .singleElement(STRING)
          .contains("not above");
      assertThat(faults(space, unordered, 1, 2)).hasSize(1);
      assertThat(faults(space, twice, 1, 2)).hasSize(1);
      assertThat(faults(space, low, 2, 2)).singleElement(STRING).contains("level is 0, expected 1");
      ObjectPointer garbage = batch.putNode(ByteBuffer.wrap(new byte[] {0, 0, 9, 0, 0, 0, 1}));
      assertThat(faults(space, inner(batch, low, "k", garbage), 2, 4))
          .singleElement(STRING)
          .contains("directory does not fit");
    }
  }

  @Test
  void any_bytes_are_a_node_or_are_refused() throws IOException {
    NodeRun run = new NodeRun(0);
    run.open(FIRST);
    for (int i = 0; i < 20; i++) {
      run.add(key(i), new byte[i]);
    }
    byte[] good = run.encode(0, 20);
    ObjectPointer pointer = new ObjectPointer(1, 1, good.length, 0);
    int refused = 0;
    for (int at = 0; at < good.length; at++) {
      for (int flip = 1; flip < 256; flip += 3) {
        byte[] bytes = good.clone();
        bytes[at] ^= (byte) flip;
        try {
          Node node = Node.parse(bytes, pointer, 0);
          for (int i = 0; i < node.count(); i++) {
            node.find(node.key(i));
            node.value(i);
          }
        } catch (CapsaCorruptException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(2000);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      if (length < good.length - 19) { // the last value may be shorter
        assertThatThrownBy(() -> Node.parse(cut, pointer, 0))
            .isInstanceOf(CapsaCorruptException.class);
      }
    }
  }

  private static List<String> faults(MemorySpace space, ObjectPointer top, int height, long items) {
    List<String> messages = new ArrayList<>();
    TreeCheck.check(
        space, new TreeRoot(top, height, items), fault -> messages.add(fault.message()));
    return messages;
  }

  private static ObjectPointer leaf(Batch batch, String... keys) throws IOException {
    NodeRun run = new NodeRun(0);
    run.open(FIRST);
    for (String key : keys) {
      run.add(ModelTree.bytes(key), FIRST);
    }
    return batch.putNode(ByteBuffer.wrap(run.encode(0, keys.length)));
  }

  private static ObjectPointer inner(
      Batch batch, ObjectPointer left, String separator, ObjectPointer right) throws IOException {
    NodeRun run = new NodeRun(1);
    run.open(FIRST);
    run.add(FIRST, left);
    run.add(ModelTree.bytes(separator), right);
    return batch.putNode(ByteBuffer.wrap(run.encode(0, 2)));
  }

  private static ModelTree filled(long cacheBytes) throws IOException {
    ModelTree tree = new ModelTree(new MemorySpace(), cacheBytes);
    for (int i = 0; i < 20_000; i++) {
      tree.put(key(i), new byte[100]);
    }
    tree.commit();
    return tree;
  }

  private static byte[] key(int number) {
    return ItemKey.of(number, ItemKey.INODE);
  }
}
