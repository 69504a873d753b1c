package dev.capsa.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.store.Batch;
import dev.capsa.store.MemorySpace;
import dev.capsa.store.ObjectPointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How full nodes are, and which of them a batch writes. */
class TreeShapeTest {
  private final ModelTree tree = new ModelTree(new MemorySpace(), 64 << 20);

  @Test
  void one_ascending_batch_fills_the_nodes() throws IOException {
    appendItems(0, 100_000);
    tree.commitAndCheck("one batch");
    assertThat(tree.leafFill()).isGreaterThan(98);
  }

  @Test
  void many_ascending_batches_fill_the_nodes() throws IOException {
    for (int i = 0; i < 100_000; i += 37) {
      appendItems(i, Math.min(100_000, i + 37));
      tree.commit();
    }
    tree.check("many batches");
    assertThat(tree.leafFill()).isGreaterThan(95);
    assertThat(tree.root.height()).isEqualTo(3);
  }

  @Test
  void single_appended_items_write_one_path_each() throws IOException {
    appendItems(0, 50_000);
    tree.commit();
    long before = tree.space.nodeWrites();
    for (int i = 50_000; i < 52_000; i++) {
      appendItems(i, i + 1);
      tree.commit();
    }
    assertThat(tree.space.nodeWrites() - before).isLessThanOrEqualTo(2_000 * 3 + 40);
    assertThat(tree.leafFill()).isGreaterThan(98);
    tree.check("single items");
  }

  @Test
  void random_batches_keep_the_nodes_above_three_fifths() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 500; i++) {
      for (int j = 0; j < 200; j++) {
        tree.put(ItemKey.of(random.nextLong() >>> 1, (byte) 1), new byte[40]);
      }
      tree.commit();
    }
    tree.check("random");
    assertThat(tree.leafFill()).isGreaterThan(60);
  }

  @Test
  void single_random_items_keep_the_nodes_above_three_fifths() throws IOException {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 20_000; i++) {
      tree.put(ItemKey.of(random.nextLong() >>> 1, (byte) 1), new byte[80]);
      tree.commit();
    }
    tree.check("random");
    assertThat(tree.leafFill()).isGreaterThan(60);
  }

  @Test
  void after_removals_no_node_but_a_last_one_is_under_a_quarter() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    appendItems(0, 20_000);
    tree.commit();
    for (int i = 0; !tree.model.isEmpty(); i++) {
      for (int j = 0; j < 3; j++) {
        byte[] next = tree.model.ceilingKey(key(random.nextInt(20_000)));
        tree.remove(next == null ? tree.model.lastKey() : next);
        if (tree.model.isEmpty()) {
          break;
        }
      }
      tree.commit();
      if (i % 200 == 0) {
        assertNothingSparse("batch " + i);
        tree.check("batch " + i);
      }
    }
    assertThat(tree.root).isEqualTo(TreeRoot.EMPTY);
  }

  /** The last node of each level may be short, having been filled from the left. */
  private void assertNothingSparse(String description) {
    ObjectPointer top = tree.root.pointer();
    long sparse =
        tree.space.nodes().stream()
            .filter(node -> !node.equals(top) && node.length() < NodeLayout.MIN_BYTES)
            .count();
    assertThat(sparse).as(description).isLessThan(Math.max(1, tree.root.height()));
  }

  @Test
  void a_tree_gets_lower_until_it_is_empty() throws IOException {
    appendItems(0, 100_000);
    tree.commit();
    assertThat(tree.root.height()).isEqualTo(3);
    for (int i = 0; i < 99_990; i++) {
      tree.remove(key(i));
    }
    tree.commitAndCheck("ten items left");
    assertThat(tree.root.height()).isEqualTo(1);
    for (int i = 99_990; i < 100_000; i++) {
      tree.remove(key(i));
    }
    tree.commitAndCheck("none left");
    assertThat(tree.root).isEqualTo(TreeRoot.EMPTY);
    assertThat(tree.space.nodes()).isEmpty();
  }

  @Test
  void removing_from_either_end_piece_by_piece_empties_the_tree() throws IOException {
    appendItems(0, 30_000);
    tree.commit();
    for (int i = 0; i < 15_000; i += 100) {
      for (int j = i; j < i + 100; j++) {
        tree.remove(key(j));
        tree.remove(key(29_999 - j));
      }
      tree.commitAndCheck("removed " + i);
    }
    assertThat(tree.root).isEqualTo(TreeRoot.EMPTY);
  }

  @Test
  void changes_without_an_effect_write_nothing() throws IOException {
    appendItems(0, 30_000);
    tree.commit();
    TreeRoot before = tree.root;
    Set<ObjectPointer> nodes = tree.space.nodes();
    long writes = tree.space.nodeWrites();
    for (int i = 0; i < 1000; i++) {
      tree.remove(key(40_000 + i));
      tree.remove("absent " + i);
      byte[] present = key(i * 7);
      tree.put(present, tree.model.get(present).clone());
    }
    tree.commit();
    assertThat(tree.root).isEqualTo(before);
    assertThat(tree.space.nodeWrites()).isEqualTo(writes);
    assertThat(tree.space.nodes()).isEqualTo(nodes);
  }

  @Test
  void one_change_among_many_without_effect_writes_one_path() throws IOException {
    appendItems(0, 100_000);
    tree.commit();
    Set<ObjectPointer> before = tree.space.nodes();
    long writes = tree.space.nodeWrites();
    for (int i = 0; i < 100_000; i += 10) {
      byte[] present = key(i);
      tree.put(present, i == 50_000 ? new byte[] {1} : tree.model.get(present));
    }
    tree.commitAndCheck("one change");
    assertThat(tree.space.nodeWrites() - writes).isEqualTo(3);
    Set<ObjectPointer> shared = new HashSet<>(tree.space.nodes());
    shared.retainAll(before);
    assertThat(shared).hasSize(before.size() - 3);
  }

  @Test
  void each_node_is_written_at_most_once_per_batch() throws IOException {
    SplittableRandom random = new SplittableRandom(10);
    appendItems(0, 60_000);
    tree.commit();
    for (int round = 0; round < 30; round++) {
      for (int i = 0; i < 1000; i++) {
        byte[] key = key(random.nextInt(60_000));
        if (random.nextBoolean()) {
          tree.remove(key);
        } else {
          tree.put(key, new byte[random.nextInt(200)]);
        }
      }
      Set<ObjectPointer> before = tree.space.nodes();
      long writes = tree.space.nodeWrites();
      tree.commit();
      Set<ObjectPointer> made = new HashSet<>(tree.space.nodes());
      made.removeAll(before);
      assertThat(tree.space.nodeWrites() - writes).as("round " + round).isEqualTo(made.size());
    }
    tree.check("rounds");
  }

  @Test
  void four_of_the_greatest_items_fit_into_a_leaf() throws IOException {
    for (int i = 0; i < 4; i++) {
      byte[] key = new byte[Changes.MAX_KEY_BYTES];
      key[0] = (byte) i;
      tree.put(key, new byte[Changes.MAX_VALUE_BYTES]);
    }
    tree.commitAndCheck("four");
    assertThat(tree.root.height()).isEqualTo(1);
  }

  @Test
  void keys_of_the_greatest_length_stay_whole() throws IOException {
    for (int i = 0; i < 3000; i++) {
      byte[] key = new byte[Changes.MAX_KEY_BYTES];
      Arrays.fill(key, (byte) 0xff);
      key[Changes.MAX_KEY_BYTES - 1] = (byte) i;
      key[i % Changes.MAX_KEY_BYTES] = (byte) (i >>> 8);
      tree.put(key, new byte[i % 300]);
    }
    tree.commitAndCheck("long keys");
  }

  @Test
  void what_is_too_long_is_refused() {
    Changes changes = new Changes();
    assertThatThrownBy(() -> changes.put(new byte[273], new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("273")
        .hasMessageContaining("272");
    assertThatThrownBy(() -> changes.put(new byte[1], new byte[3585]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3585")
        .hasMessageContaining("3584");
    assertThatThrownBy(() -> changes.remove(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(changes.isEmpty()).isTrue();
  }

  @Test
  void the_last_of_several_changes_of_a_key_counts() throws IOException {
    tree.put("b", "1").put("a", "1").remove("b").put("c", "1").put("a", "2").put("c", "");
    tree.commitAndCheck("once");
    assertThat(tree.tree().get(ModelTree.bytes("a"))).isEqualTo(ModelTree.bytes("2"));
    assertThat(tree.tree().get(ModelTree.bytes("b"))).isNull();
    assertThat(tree.tree().get(ModelTree.bytes("c"))).isEmpty();
  }

  @Test
  void several_applications_in_one_batch_are_as_one() throws IOException {
    appendItems(0, 5_000);
    tree.commit();
    try (Batch batch = tree.space.begin()) {
      for (int i = 0; i < 5_000; i += 500) {
        Changes changes = new Changes();
        for (int j = i; j < i + 250; j++) {
          changes.remove(key(j));
          tree.model.remove(key(j));
        }
        tree.root = Tree.apply(tree.space, tree.cache, batch, tree.root, changes);
      }
      batch.commit(new byte[0], true);
    }
    tree.check("ten applications");
  }

  @Test
  void a_tree_is_read_lazily_after_reopening() throws IOException {
    appendItems(0, 100_000);
    tree.commit();
    NodeCache cold = new NodeCache(64 << 20);
    Tree reopened = new Tree(tree.space, cold, TreeRoot.decode(tree.space.root(), 0));
    long reads = tree.space.nodeReads();
    assertThat(reopened.get(key(77))).isEqualTo(tree.model.get(key(77)));
    assertThat(tree.space.nodeReads() - reads).isEqualTo(3);
    for (int i = 0; i < 100_000; i++) {
      assertThat(reopened.get(key(i))).isEqualTo(tree.model.get(key(i)));
    }
    assertThat(tree.space.nodeReads() - reads).isEqualTo(tree.space.nodes().size());
  }

  @Test
  void a_difference_reads_only_what_changed() throws IOException {
    ModelTree kept = new ModelTree(MemorySpace.keepingAll(), 0);
    for (int i = 0; i < 100_000; i++) {
      kept.put(key(i), value(i));
    }
    kept.commit();
    Tree older = kept.tree();
    kept.put(key(500), new byte[1]).remove(key(70_000)).put(key(100_001), new byte[2]).commit();
    long reads = kept.space.nodeReads();
    TreeDiff diff = new TreeDiff(older, kept.tree());
    List<byte[]> keys = new ArrayList<>();
    while (diff.next()) {
      keys.add(diff.key());
    }
    assertThat(keys).containsExactly(key(500), key(70_000), key(100_001));
    assertThat(kept.space.nodeReads() - reads).isLessThan(2 * (1 + 3 + 3) + 4);
  }

  private void appendItems(int from, int to) {
    for (int i = from; i < to; i++) {
      tree.put(key(i), value(i));
    }
  }

  private static byte[] key(int number) {
    return ItemKey.of(number, ItemKey.INODE);
  }

  private static byte[] value(int number) {
    byte[] value = new byte[90];
    byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, value, 0, digits.length);
    return value;
  }
}
