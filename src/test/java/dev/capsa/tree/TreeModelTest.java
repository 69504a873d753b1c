package dev.capsa.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.store.MemorySpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random histories against a sorted map. More of them: {@code -Dtest.jvm.extra=
 * -Dcapsa.tree.histories=2000}.
 */
class TreeModelTest {
  private static final int HISTORIES = Integer.getInteger("capsa.tree.histories", 60);
  private static final long FIRST_SEED = Long.getLong("capsa.tree.seed", 1);

  @Test
  void every_batch_leaves_a_sound_tree_with_the_right_content() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
      ModelTree tree = new ModelTree(new MemorySpace(), seed % 4 == 0 ? 0 : 200_000);
      RandomChanges random = new RandomChanges(seed, tree);
      for (int step = 0; step < 40; step++) {
        random.fillBatch(2000);
        tree.commitAndCheck("seed " + seed + ", step " + step);
      }
    }
  }

  @Test
  void reads_from_anywhere_agree_with_the_model() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES / 4; seed++) {
      String description = "seed " + seed;
      ModelTree tree = new ModelTree();
      RandomChanges random = new RandomChanges(seed, tree);
      for (int step = 0; step < 10; step++) {
        random.fillBatch(3000);
        tree.commit();
        Tree view = tree.tree();
        for (int i = 0; i < 50; i++) {
          byte[] one = random.anyKey();
          byte[] other = i % 8 == 0 ? null : random.anyKey();
          byte[] present = tree.model.ceilingKey(one);
          byte[] from = i % 2 == 0 && present != null ? present : one;
          assertThat(view.get(from)).as(description).isEqualTo(tree.model.get(from));
          NavigableMap<byte[], byte[]> range = range(tree.model, from, other);
          ModelTree.assertSame(view.cursor(from, other), range, description);
          ModelTree.assertSame(
              view.descendingCursor(from, other), range.descendingMap(), description);
          checkFloor(view, tree.model, from, random.anyKey(), description);
        }
      }
    }
  }

  private static void checkFloor(
      Tree view, TreeMap<byte[], byte[]> model, byte[] key, byte[] lowest, String description)
      throws IOException {
    byte[] expected = model.floorKey(key);
    for (byte[] bound : List.of(lowest, new byte[1])) {
      Item found = view.floor(key, bound);
      if (expected == null || Arrays.compareUnsigned(expected, bound) < 0) {
        assertThat(found).as(description).isNull();
      } else {
        assertThat(found).as(description).isNotNull();
        assertThat(found.key()).as(description).isEqualTo(expected);
        assertThat(found.value()).as(description).isEqualTo(model.get(expected));
      }
    }
  }

  private static NavigableMap<byte[], byte[]> range(
      TreeMap<byte[], byte[]> model, byte[] from, byte[] to) {
    if (to == null) {
      return model.tailMap(from, true);
    }
    return Arrays.compareUnsigned(from, to) < 0
        ? model.subMap(from, true, to, false)
        : new TreeMap<>(Arrays::compareUnsigned);
  }

  @Test
  void old_roots_stay_as_they_were_and_differ_as_the_models_do() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES / 4; seed++) {
      ModelTree tree = new ModelTree(MemorySpace.keepingAll(), 1 << 20);
      RandomChanges random = new RandomChanges(seed, tree);
      List<TreeRoot> roots = new ArrayList<>(List.of(TreeRoot.EMPTY));
      List<TreeMap<byte[], byte[]>> models = new ArrayList<>();
      models.add(new TreeMap<>(Arrays::compareUnsigned));
      for (int step = 0; step < 12; step++) {
        random.fillBatch(3000);
        tree.commit();
        roots.add(tree.root);
        models.add(new TreeMap<>(tree.model));
      }
      for (int i = 0; i < roots.size(); i++) {
        String description = "seed " + seed + ", root " + i;
        Tree older = new Tree(tree.space, tree.cache, roots.get(i));
        ModelTree.assertSame(older.cursor(new byte[0], null), models.get(i), description);
        for (int j = 0; j < roots.size(); j += 3) {
          Tree newer = new Tree(tree.space, tree.cache, roots.get(j));
          checkDifference(older, newer, models.get(i), models.get(j), description + " to " + j);
        }
      }
    }
  }

  private static void checkDifference(
      Tree older,
      Tree newer,
      TreeMap<byte[], byte[]> before,
      TreeMap<byte[], byte[]> after,
      String description)
      throws IOException {
    TreeMap<byte[], byte[]> keys = new TreeMap<>(before);
    keys.putAll(after);
    TreeDiff diff = new TreeDiff(older, newer);
    for (byte[] key : keys.keySet()) {
      if (!Arrays.equals(before.get(key), after.get(key))) {
        assertThat(diff.next()).as(description).isTrue();
        assertThat(diff.key()).as(description).isEqualTo(key);
        assertThat(diff.oldValue()).as(description).isEqualTo(before.get(key));
        assertThat(diff.newValue()).as(description).isEqualTo(after.get(key));
      }
    }
    assertThat(diff.next()).as(description).isFalse();
  }
}
