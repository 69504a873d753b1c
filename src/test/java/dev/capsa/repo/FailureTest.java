package dev.capsa.repo;

import static dev.capsa.repo.Rig.FILE;
import static dev.capsa.repo.Rig.PAGE;
import static dev.capsa.repo.Rig.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFullException;
import dev.capsa.CapsaStoppedException;
import dev.capsa.repo.Probe.Point;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Commits that fail, operations that fail, and who notices. */
class FailureTest {
  /** Far less than a commit of 64 pages needs. */
  private static final long SCARCE = 200 << 10;

  @Test
  void a_failure_of_the_medium_at_any_step_stops_the_writer_but_no_reader() throws Exception {
    int failures = 0;
    boolean failed = true;
    for (int step = 0; failed; step++) {
      Rig rig = new Rig();
      rig.put("x", "old");
      rig.write(0, filled(2 * PAGE, 'a'), 0);
      rig.repository.force();
      rig.put("x", "new");
      rig.write(PAGE - 1, filled(2, 'b'), 2 * PAGE);
      rig.memory.failAfter(step);
      failed = fails(rig);
      rig.memory.failAfter(-1);
      assertThat(rig.get("x")).isEqualTo("new");
      assertThat(rig.read(PAGE - 2, 4)).isEqualTo("abba");
      if (failed) {
        failures++;
        checkStopped(rig);
      }
      try (Rig reopened = rig.crashed()) {
        assertThat(reopened.get("x")).isEqualTo(failed ? "old" : "new");
        assertThat(reopened.read(PAGE - 2, 4)).isEqualTo(failed ? "aaaa" : "abba");
      }
    }
    assertThat(failures).isGreaterThan(4);
  }

  private static boolean fails(Rig rig) throws IOException {
    try {
      rig.repository.force();
      return false;
    } catch (CapsaStoppedException e) {
      assertThat(e).hasMessageContaining("changes after commit 1 are not durable");
      assertThat(e).hasRootCauseMessage(e.getCause().getMessage());
      return true;
    }
  }

  private static void checkStopped(Rig rig) {
    assertThatThrownBy(() -> rig.put("y", "1")).isInstanceOf(CapsaStoppedException.class);
    assertThatThrownBy(() -> rig.write(0, filled(1, 'c'), 2 * PAGE))
        .isInstanceOf(CapsaStoppedException.class);
    assertThatThrownBy(rig.repository::force).isInstanceOf(CapsaStoppedException.class);
    assertThatThrownBy(rig.repository::close).isInstanceOf(CapsaStoppedException.class);
    assertThat(rig.repository.statistics().failedCommits()).isEqualTo(1);
    try {
      rig.repository.close();
    } catch (IOException e) {
      throw new AssertionError("the second closing does nothing", e);
    }
  }

  @Test
  void a_commit_without_room_loses_nothing_and_is_made_once_there_is_room() throws Exception {
    Rig rig = new Rig();
    rig.put("x", "old");
    rig.repository.force();
    rig.write(0, filled(64 * PAGE, 'a'), 0);
    rig.put("x", "new");
    rig.memory.capacityBytes(SCARCE);
    assertThatThrownBy(rig.repository::force)
        .isInstanceOf(CapsaFullException.class)
        .hasMessageContaining("changes after commit 1 are not durable");
    assertThat(rig.read(63 * PAGE, 2)).isEqualTo("aa");
    rig.repository.change(mutation -> mutation.remove(Rig.key("x")));
    rig.repository.truncate(FILE, 64 * PAGE, PAGE + 1, mutation -> {});
    rig.repository.truncate(FILE, PAGE + 1, 4 * PAGE, mutation -> {});
    assertThat(rig.get("x")).isNull();
    assertThat(rig.read(PAGE, 3)).isEqualTo("a..");
    rig.repository.force();
    assertThat(rig.get("x")).isNull();
    assertThat(rig.read(PAGE, 3)).isEqualTo("a..");
    assertThat(rig.repository.statistics().dirtyBytes()).isZero();
    try (Rig reopened = rig.crashed()) {
      assertThat(reopened.get("x")).isNull();
      assertThat(reopened.read(PAGE - 1, 4)).isEqualTo("aa..");
    }
  }

  @Test
  void a_full_container_hits_the_writer_alone_with_nothing_accepted() throws Exception {
    try (Rig rig = new Rig()) {
      rig.memory.capacityBytes(2 << 20);
      int accepted = fill(rig);
      assertThat(accepted).isGreaterThan(200);
      long dirty = rig.repository.statistics().dirtyBytes();
      ByteBuffer source = filled(PAGE, 'z');
      assertThatThrownBy(() -> rig.write((long) accepted * PAGE, source, (long) accepted * PAGE))
          .isInstanceOf(CapsaFullException.class)
          .hasMessageStartingWith("nothing was accepted: no room for");
      assertThat(source.remaining()).isEqualTo(PAGE);
      assertThat(rig.repository.statistics().dirtyBytes()).isEqualTo(dirty);
      assertThat(rig.read((accepted - 1) * PAGE, 2)).isEqualTo("aa");
      rig.repository.force();
      rig.repository.change(mutation -> mutation.removeContent(FILE));
      assertThat(fill(rig)).as("what was removed can be used again").isGreaterThan(accepted - 20);
      rig.repository.force();
      assertThat(rig.memory.sequence()).as("full, it does not go on committing").isLessThan(80);
    }
  }

  /** Appends pages until there is no room; how many. */
  private static int fill(Rig rig) throws IOException {
    for (int page = 0; ; page++) {
      try {
        rig.write((long) page * PAGE, filled(PAGE, 'a'), (long) page * PAGE);
      } catch (CapsaFullException e) {
        return page;
      }
    }
  }

  @Test
  void closing_without_room_stays_open_until_there_is_room() throws Exception {
    Rig rig = new Rig();
    rig.write(0, filled(64 * PAGE, 'a'), 0);
    rig.memory.capacityBytes(SCARCE);
    assertThatThrownBy(rig.repository::close).isInstanceOf(CapsaFullException.class);
    assertThatThrownBy(() -> rig.put("x", "0")).isInstanceOf(CapsaFullException.class);
    rig.repository.change(
        mutation -> {
          mutation.remove(Rig.key("y"));
          mutation.put(Rig.key("x"), Rig.bytes("1"));
        });
    rig.memory.capacityBytes(Long.MAX_VALUE);
    rig.repository.close();
    rig.repository.close();
    assertThatThrownBy(() -> rig.put("x", "2"))
        .isInstanceOf(CapsaStoppedException.class)
        .hasMessageContaining("closed");
    try (Rig reopened = rig.crashed()) {
      assertThat(reopened.get("x")).isEqualTo("1");
      assertThat(reopened.read(63 * PAGE, 2)).isEqualTo("aa");
    }
  }

  @Test
  void an_operation_that_throws_leaves_nothing_and_hurts_nobody() throws Exception {
    try (Rig rig = new Rig()) {
      assertThatThrownBy(
              () ->
                  rig.repository.change(
                      mutation -> {
                        mutation.put(Rig.key("x"), Rig.bytes("1"));
                        throw new IllegalStateException("in the middle");
                      }))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(
              () -> rig.repository.change(mutation -> mutation.put(new byte[0], new byte[0])))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> rig.write(-1, filled(1, 'a'), 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> rig.write(0, ByteBuffer.allocate((1 << 20) + 1), 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(rig.repository.statistics().dirtyBytes()).isZero();
      rig.put("y", "1");
      rig.repository.force();
      assertThat(rig.get("x")).isNull();
      assertThat(rig.get("y")).isEqualTo("1");
    }
  }

  @Test
  void a_base_page_that_cannot_be_read_fails_that_write_alone() throws Exception {
    try (Rig rig = new Rig()) {
      rig.write(0, filled(PAGE, 'a'), 0);
      rig.repository.force();
      rig.content.beforeRead =
          () -> {
            throw new IOException("damaged");
          };
      ByteBuffer source = filled(2, 'b');
      assertThatThrownBy(() -> rig.write(2, source, PAGE)).hasMessage("damaged");
      assertThat(source.remaining()).isEqualTo(2);
      rig.content.beforeRead = () -> {};
      rig.write(3, source, PAGE);
      rig.repository.force();
      assertThat(rig.read(0, 6)).isEqualTo("aaabba");
    }
  }

  @Test
  void an_interrupted_waiter_waits_to_the_end_and_keeps_its_flag() throws Exception {
    try (Rig rig = new Rig()) {
      rig.put("x", "1");
      rig.stops.arm(Point.CUT);
      Future<Boolean> waiting =
          rig.async(
              () -> {
                Thread.currentThread().interrupt();
                rig.repository.force();
                return Thread.currentThread().isInterrupted();
              });
      rig.stops.awaitHeld(Point.CUT);
      Future<?> other = rig.forceAsync();
      assertThat(waiting.isDone()).isFalse();
      rig.stops.release(Point.CUT);
      assertThat(waiting.get()).isTrue();
      other.get();
      assertThat(rig.memory.sequence()).isEqualTo(1);
    }
  }
}
