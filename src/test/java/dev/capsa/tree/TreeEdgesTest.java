package dev.capsa.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.store.MemorySpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every place in a tree of three levels: few large items to a leaf, long separators. */
class TreeEdgesTest {
  private static final byte[] FIRST = {};

  private final ModelTree tree = new ModelTree(new MemorySpace(), 8 << 20);
  private final List<byte[]> keys = new ArrayList<>();

  private void fill(int items) throws IOException {
    for (int i = 0; i < items; i++) {
      tree.put(key(i), new byte[3000]);
      keys.add(key(i));
    }
    tree.commit();
    assertThat(tree.root.height()).isEqualTo(3);
  }

  /** Sixteen keys in a row differ at their end only, so that separators are long. */
  private static byte[] key(int number) {
    byte[] key = new byte[272];
    Arrays.fill(key, (byte) 'k');
    key[0] = (byte) (number >>> 12);
    key[1] = (byte) (number >>> 4);
    key[270] = (byte) (number & 15);
    return key;
  }

  private static int number(byte[] key) {
    return (key[0] & 0xff) << 12 | (key[1] & 0xff) << 4 | key[270];
  }

  private static List<Integer> numbers(int from, int to) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = from; i < to; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  /** A key above all that come before this one. */
  private static byte[] justBelow(byte[] key) {
    return Arrays.copyOf(key, 271);
  }

  @Test
  void floor_finds_every_item_from_above_and_from_between() throws IOException {
    fill(500);
    Tree view = tree.tree();
    for (int i = 0; i < keys.size(); i++) {
      assertThat(view.floor(keys.get(i), FIRST).key()).isEqualTo(keys.get(i));
      Item below = view.floor(justBelow(keys.get(i)), FIRST);
      if (i == 0) {
        assertThat(below).isNull();
      } else {
        assertThat(below.key()).isEqualTo(keys.get(i - 1));
        assertThat(view.floor(justBelow(keys.get(i)), keys.get(i - 1))).isNotNull();
        assertThat(view.floor(justBelow(keys.get(i)), justBelow(keys.get(i)))).isNull();
      }
    }
  }

  @Test
  void a_cursor_ends_before_its_bound_and_begins_at_its_start() throws IOException {
    fill(500);
    Tree view = tree.tree();
    for (int i = 3; i < keys.size(); i++) {
      for (byte[] from : List.of(keys.get(i - 3), justBelow(keys.get(i - 3)))) {
        assertThat(read(view.cursor(from, keys.get(i)))).isEqualTo(numbers(i - 3, i));
        assertThat(read(view.cursor(from, justBelow(keys.get(i))))).isEqualTo(numbers(i - 3, i));
        List<Integer> backwards = numbers(i - 3, i);
        Collections.reverse(backwards);
        assertThat(read(view.descendingCursor(from, keys.get(i)))).isEqualTo(backwards);
      }
    }
  }

  private static List<Integer> read(ItemCursor cursor) throws IOException {
    List<Integer> read = new ArrayList<>();
    while (cursor.next()) {
      read.add(number(cursor.key()));
    }
    return read;
  }

  @Test
  void a_step_that_failed_is_tried_again_at_every_edge() throws IOException {
    fill(500);
    for (int allowed = 0; allowed < 2; allowed++) {
      Tree view = new Tree(tree.space, new NodeCache(0), tree.root);
      for (boolean ascending : new boolean[] {true, false}) {
        ItemCursor cursor =
            ascending ? view.cursor(FIRST, null) : view.descendingCursor(FIRST, null);
        List<Integer> read = new ArrayList<>();
        int failures = 0;
        while (true) {
          tree.space.failAfter(allowed);
          boolean more;
          try {
            more = cursor.next();
          } catch (IOException e) {
            failures++;
            tree.space.failAfter(-1);
            more = cursor.next();
          }
          if (!more) {
            break;
          }
          read.add(number(cursor.key()));
        }
        tree.space.failAfter(-1);
        if (!ascending) {
          Collections.reverse(read);
        }
        assertThat(read).as("after " + allowed).isEqualTo(numbers(0, keys.size()));
        assertThat(failures).as("after " + allowed).isPositive();
      }
    }
  }

  @Test
  void a_row_that_grows_in_the_middle_leaves_no_short_nodes() throws IOException {
    for (int i = 0; i < 100; i++) {
      tree.put(ItemKey.of(1, ItemKey.EXTENT, i), new byte[200]);
      tree.put(ItemKey.of(3, ItemKey.EXTENT, i), new byte[200]);
    }
    tree.commit();
    for (int i = 0; i < 3000; i++) {
      tree.put(ItemKey.of(2, ItemKey.EXTENT, i), new byte[200]);
      tree.commit();
    }
    tree.check("row");
    assertNoShortNodes("row");
  }

  @Test
  void a_large_batch_in_the_middle_leaves_no_short_nodes() throws IOException {
    for (int size = 700; size < 760; size++) {
      ModelTree fresh = new ModelTree();
      fresh.put(ItemKey.of(1, ItemKey.INODE), FIRST).put(ItemKey.of(3, ItemKey.INODE), FIRST);
      fresh.commit();
      for (int i = 0; i < size; i++) {
        fresh.put(ItemKey.of(2, ItemKey.EXTENT, i), new byte[200]);
      }
      fresh.commitAndCheck("size " + size);
      assertThat(fresh.space.nodes())
          .as("size " + size)
          .filteredOn(node -> !node.equals(fresh.root.pointer()))
          .allMatch(node -> node.length() >= NodeLayout.MIN_BYTES);
    }
  }

  private void assertNoShortNodes(String description) {
    assertThat(tree.space.nodes())
        .as(description)
        .filteredOn(node -> !node.equals(tree.root.pointer()))
        .allMatch(node -> node.length() >= NodeLayout.MIN_BYTES);
  }
}
