package dev.capsa.repo;

import static dev.capsa.repo.Rig.FILE;
import static dev.capsa.repo.Rig.PAGE;
import static dev.capsa.repo.Rig.filled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.repo.Probe.Point;
import dev.capsa.store.MemorySpace;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cut holds, with the threads ordered by hand; and what breaks without the mechanisms. */
class CutTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_cut_holds_half_an_operation_only_if_the_gate_is_off(boolean gate) throws Exception {
    Rig rig = new Rig(new MemorySpace(), Rig.WHEN_ASKED, gate, true);
    rig.stops.arm(Point.INSIDE);
    Future<?> writing =
        rig.async(
            () -> {
              rig.repository.change(
                  mutation -> {
                    mutation.put(Rig.key("a"), Rig.bytes("1"));
                    mutation.put(Rig.key("b"), Rig.bytes("1"));
                  });
              return null;
            });
    rig.stops.awaitHeld(Point.INSIDE);
    Future<?> forcing = rig.forceAsync();
    while (gate && !rig.repository.cutting()) {
      Thread.onSpinWait();
    }
    if (!gate) {
      forcing.get();
    }
    rig.stops.release(Point.INSIDE);
    writing.get();
    forcing.get();
    try (Rig reopened = rig.crashed()) {
      assertThat(reopened.get("a")).isEqualTo("1");
      assertThat(reopened.get("b")).isEqualTo(gate ? "1" : null);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_page_changes_after_the_cut_only_if_copying_is_off(boolean copying) throws Exception {
    Rig rig = new Rig(new MemorySpace(), Rig.WHEN_ASKED, true, copying);
    rig.write(0, filled(PAGE, 'a'), 0);
    rig.stops.arm(Point.CUT);
    Future<?> forcing = rig.forceAsync();
    rig.stops.awaitHeld(Point.CUT);
    rig.write(PAGE - 2, filled(4, 'b'), PAGE);
    assertThat(rig.read(PAGE - 4, 6)).isEqualTo("aabbbb");
    rig.stops.release(Point.CUT);
    forcing.get();
    try (Rig reopened = rig.crashed()) {
      assertThat(reopened.read(PAGE - 4, 6)).isEqualTo(copying ? "aaaa.." : "aabb..");
    }
  }

  @Test
  void a_page_that_a_cut_froze_between_preparation_and_gate_is_copied_inside() throws Exception {
    try (Rig rig = new Rig()) {
      rig.write(0, filled(8, 'a'), 0);
      rig.stops.arm(Point.PREPARED);
      Future<?> writing =
          rig.async(
              () -> {
                rig.write(2, filled(2, 'b'), 8);
                return null;
              });
      rig.stops.awaitHeld(Point.PREPARED);
      rig.stops.arm(Point.CUT);
      Future<?> forcing = rig.forceAsync();
      rig.stops.awaitHeld(Point.CUT);
      rig.stops.release(Point.PREPARED);
      writing.get();
      rig.stops.release(Point.CUT);
      forcing.get();
      assertThat(rig.read(0, 10)).isEqualTo("aabbaaaa..");
      try (Rig reopened = rig.crashed()) {
        assertThat(reopened.read(0, 10)).isEqualTo("aaaaaaaa..");
      }
    }
  }

  @Test
  void a_page_that_was_committed_between_preparation_and_gate_is_read_again() throws Exception {
    try (Rig rig = new Rig()) {
      rig.write(0, filled(8, 'a'), 0);
      rig.stops.arm(Point.PREPARED);
      Future<?> writing =
          rig.async(
              () -> {
                rig.write(2, filled(2, 'b'), 8);
                return null;
              });
      rig.stops.awaitHeld(Point.PREPARED);
      rig.forceAsync().get();
      rig.stops.release(Point.PREPARED);
      writing.get();
      assertThat(rig.read(0, 10)).isEqualTo("aabbaaaa..");
      rig.repository.force();
      try (Rig reopened = rig.crashed()) {
        assertThat(reopened.read(0, 10)).isEqualTo("aabbaaaa..");
      }
    }
  }

  @Test
  void a_file_cut_and_grown_again_shows_zeros_in_every_phase() throws Exception {
    for (Point phase : new Point[] {Point.CUT, Point.COMMITTED, Point.PUBLISHED}) {
      try (Rig rig = new Rig()) {
        rig.write(0, filled(3 * PAGE, 'a'), 0);
        rig.stops.arm(phase);
        Future<?> forcing = rig.forceAsync();
        rig.stops.awaitHeld(phase);
        rig.repository.truncate(FILE, 3 * PAGE, PAGE + 2, mutation -> {});
        rig.repository.truncate(FILE, PAGE + 2, 3 * PAGE, mutation -> {});
        rig.write(2 * PAGE + 1, filled(1, 'b'), 3 * PAGE);
        String end = rig.read(PAGE, 4) + rig.read(2 * PAGE, 4);
        assertThat(end).as("in phase %s", phase).isEqualTo("aa...b..");
        rig.stops.release(phase);
        forcing.get();
        rig.repository.force();
        assertThat(rig.read(PAGE, 4) + rig.read(2 * PAGE, 4)).isEqualTo("aa...b..");
      }
    }
  }

  @Test
  void a_view_taken_between_commit_and_publication_stays_readable() throws Exception {
    try (Rig rig = new Rig()) {
      rig.write(0, filled(PAGE, 'a'), 0);
      rig.put("x", "old");
      // Enough for a tree of two levels: its root node is kept in memory, the leaf of z is not.
      for (int i = 0; i < 1_000; i++) {
        rig.put("p" + i, "a value to fill the leaves");
      }
      rig.put("z", "in the tree only");
      rig.repository.force();
      rig.write(0, filled(2, 'b'), PAGE);
      rig.put("x", "new");
      rig.stops.arm(Point.COMMITTED);
      Future<?> forcing = rig.forceAsync();
      rig.stops.awaitHeld(Point.COMMITTED);
      try (View view = rig.repository.view()) {
        rig.stops.release(Point.COMMITTED);
        forcing.get();
        for (int i = 0; i < 4; i++) {
          rig.write(8, filled(2, 'c'), PAGE);
          rig.put("y", "later " + i);
          rig.repository.force();
        }
        assertThat(Rig.get(view, "x")).isEqualTo("new");
        assertThat(Rig.get(view, "z")).isEqualTo("in the tree only");
        assertThat(Rig.read(view, 0, 4)).isEqualTo("bbaa");
      }
    }
  }

  @Test
  void a_view_keeps_its_root_while_commits_go_on() throws Exception {
    try (Rig rig = new Rig()) {
      rig.put("x", "0");
      rig.write(0, filled(PAGE, 'a'), 0);
      rig.repository.force();
      try (View view = rig.repository.view()) {
        for (int i = 1; i < 6; i++) {
          rig.put("x", "" + i);
          rig.write(0, filled(PAGE, 'b'), PAGE);
          rig.repository.force();
        }
        assertThat(Rig.read(view, 100, 2)).isIn("aa", "bb");
        assertThat(Rig.get(view, "x")).isIn("0", "1");
      }
      assertThat(rig.memory.openPins()).isZero();
    }
  }
}
