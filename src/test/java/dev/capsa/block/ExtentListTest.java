package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentListTest {
  private static final ExtentList WITH_HOLE =
      ExtentList.of(new Extent(0, 100, 10), new Extent(20, 200, 15), new Extent(40, 300, 5));

  @Test
  void a_block_is_found_or_is_a_hole() {
    assertThat(WITH_HOLE.find(5)).isEqualTo(new ExtentList.Position(0, 5));
    assertThat(WITH_HOLE.find(15)).isNull();
    assertThat(WITH_HOLE.find(22)).isEqualTo(new ExtentList.Position(1, 2));
    assertThat(WITH_HOLE.find(0)).isEqualTo(new ExtentList.Position(0, 0));
    assertThat(WITH_HOLE.find(10)).isNull();
    assertThat(WITH_HOLE.find(44)).isEqualTo(new ExtentList.Position(2, 4));
    assertThat(WITH_HOLE.find(45)).isNull();
    assertThat(ExtentList.empty().find(0)).isNull();
    assertThat(WITH_HOLE.physical(22)).isEqualTo(202);
    assertThat(WITH_HOLE.physical(15)).isZero();
  }

  @Test
  void totals_leave_out_holes_and_the_logical_size_does_not() {
    assertThat(WITH_HOLE.totalBlocks()).isEqualTo(30);
    assertThat(WITH_HOLE.logicalSize()).isEqualTo(45);
    assertThat(ExtentList.empty().totalBlocks()).isZero();
    assertThat(ExtentList.empty().logicalSize()).isZero();
    assertThat(ExtentList.empty().isEmpty()).isTrue();
  }

  @Test
  void extents_are_sorted_and_must_not_overlap() {
    assertThat(ExtentList.of(new Extent(20, 5, 1), new Extent(3, 9, 2), new Extent(5, 1, 1)))
        .extracting(Extent::logical)
        .containsExactly(3L, 5L, 20L);
    assertThatThrownBy(() -> ExtentList.of(new Extent(20, 5, 1), new Extent(3, 9, 18)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overlaps");
  }

  @Test
  void an_extent_is_never_empty_negative_or_at_block_0() {
    for (long[] bad :
        new long[][] {{-1, 1, 1}, {0, 0, 1}, {0, 1, 0}, {Long.MAX_VALUE, 1, 1}, {0, 1, -1}}) {
      assertThatThrownBy(() -> new Extent(bad[0], bad[1], bad[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_hole_cut_out_leaves_head_and_tail() {
    ExtentList one = ExtentList.of(new Extent(10, 100, 10));
    assertThat(one.without(10, 3)).containsExactly(new Extent(13, 103, 7));
    assertThat(one.without(14, 2)).containsExactly(new Extent(10, 100, 4), new Extent(16, 106, 4));
    assertThat(one.without(18, 9)).containsExactly(new Extent(10, 100, 8));
    assertThat(one.without(0, 100)).isEmpty();
    assertThat(one.without(0, 10)).isEqualTo(one);
    assertThat(one.without(15, Long.MAX_VALUE)).containsExactly(new Extent(10, 100, 5));
    assertThat(one.without(12, 0)).isEqualTo(one);
    assertThat(WITH_HOLE.without(5, 37))
        .containsExactly(new Extent(0, 100, 5), new Extent(42, 302, 3));
  }

  @Test
  void a_part_is_cut_at_its_edges() {
    assertThat(WITH_HOLE.part(5, 37))
        .containsExactly(new Extent(5, 105, 5), new Extent(20, 200, 15), new Extent(40, 300, 2));
    assertThat(WITH_HOLE.part(12, 5)).isEmpty();
    assertThat(WITH_HOLE.part(22, 0)).isEmpty();
    assertThat(WITH_HOLE.part(0, Long.MAX_VALUE)).isEqualTo(WITH_HOLE);
  }

  @Test
  void neighbours_join_if_their_births_agree() {
    Extent left = new Extent(0, 10, 5, 3, 4);
    assertThat(ExtentList.of(left, new Extent(5, 15, 5, 3, 4)).merged())
        .containsExactly(new Extent(0, 10, 10, 3, 4));
    assertThat(ExtentList.of(left, new Extent(5, 15, 5, 3, 5)).merged()).hasSize(2);
    assertThat(ExtentList.of(left, new Extent(5, 15, 5, 2, 4)).merged()).hasSize(2);
    assertThat(ExtentList.of(left, new Extent(5, 16, 5, 3, 4)).merged()).hasSize(2);
    assertThat(ExtentList.of(left, new Extent(6, 15, 5, 3, 4)).merged()).hasSize(2);
  }

  @Test
  void a_replacement_stays_inside_its_range() {
    ExtentList replacement = ExtentList.of(new Extent(4, 900, 3));
    assertThat(WITH_HOLE.replace(4, 3, replacement))
        .containsExactly(
            new Extent(0, 100, 4),
            new Extent(4, 900, 3),
            new Extent(7, 107, 3),
            new Extent(20, 200, 15),
            new Extent(40, 300, 5));
    assertThatThrownBy(() -> WITH_HOLE.replace(5, 3, replacement))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WITH_HOLE.replace(3, 3, replacement))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void random_replacements_agree_with_an_array() {
    long seed = 4;
    Random random = new Random(seed);
    long[] model = new long[64];
    ExtentList list = ExtentList.empty();
    for (int step = 0; step < 5_000; step++) {
      int first = random.nextInt(model.length);
      int count = random.nextInt(model.length - first + 1);
      List<Extent> extents = new ArrayList<>();
      for (int at = first; at < first + count; at++) {
        model[at] = 0;
      }
      for (int at = first; at < first + count; at++) {
        if (random.nextInt(3) > 0) {
          // Places that often continue what is there.
          model[at] = 1 + at + random.nextInt(2) * 1000;
          extents.add(new Extent(at, model[at], 1));
        }
      }
      list = list.replace(first, count, ExtentList.of(extents));
      for (int at = 0; at < model.length; at++) {
        assertThat(list.physical(at)).as("seed %d, step %d", seed, step).isEqualTo(model[at]);
      }
      assertThat(list.merged()).as("seed %d, step %d", seed, step).isEqualTo(list);
    }
  }
}
