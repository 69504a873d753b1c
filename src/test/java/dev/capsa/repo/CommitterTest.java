package dev.capsa.repo;

import static dev.capsa.repo.Rig.FILE;
import static dev.capsa.repo.Rig.PAGE;
import static dev.capsa.repo.Rig.filled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.repo.Probe.Point;
import dev.capsa.store.MemorySpace;
import dev.capsa.tree.ItemKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When commits happen, for whom, and that nobody waits who need not. */
class CommitterTest {
  @Test
  void nothing_is_committed_while_nothing_changes() throws Exception {
    RepositoryOptions often = Rig.WHEN_ASKED.withCommitIntervalMillis(1);
    try (Rig rig = new Rig(new MemorySpace(), often, true, true)) {
      rig.put("x", "1");
      rig.repository.force();
      long after = rig.memory.sequence();
      long until = rig.repository.rounds() + 10;
      while (rig.repository.rounds() < until) {
        Thread.onSpinWait();
      }
      rig.repository.force();
      rig.repository.force();
      rig.repository.close();
      assertThat(rig.memory.sequence()).isEqualTo(after);
      assertThat(rig.repository.statistics().commits()).isEqualTo(1);
    }
  }

  @Test
  void the_background_commits_without_being_asked() throws Exception {
    RepositoryOptions often = Rig.WHEN_ASKED.withCommitIntervalMillis(1);
    try (Rig rig = new Rig(new MemorySpace(), often, true, true)) {
      rig.put("x", "1");
      while (rig.memory.sequence() == 0) {
        Thread.onSpinWait();
      }
      try (Rig reopened = rig.crashed()) {
        assertThat(reopened.get("x")).isEqualTo("1");
      }
    }
  }

  @Test
  void all_who_wait_share_a_commit() throws Exception {
    try (Rig rig = new Rig()) {
      rig.put("x", "0");
      rig.stops.arm(Point.CUT);
      Future<?> first = rig.forceAsync();
      rig.stops.awaitHeld(Point.CUT);
      List<Thread> threads = new ArrayList<>();
      List<Future<?>> waiting = new ArrayList<>();
      CountDownLatch started = new CountDownLatch(16);
      for (int i = 0; i < 16; i++) {
        String name = "k" + i;
        waiting.add(
            rig.async(
                () -> {
                  rig.put(name, "1");
                  synchronized (threads) {
                    threads.add(Thread.currentThread());
                  }
                  started.countDown();
                  rig.repository.force();
                  return null;
                }));
      }
      started.await();
      for (Thread thread : threads) {
        while (thread.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
      rig.stops.release(Point.CUT);
      first.get();
      for (Future<?> each : waiting) {
        each.get();
      }
      assertThat(rig.memory.sequence()).isEqualTo(2);
    }
  }

  @Test
  void reads_and_writes_go_on_while_the_committer_is_stuck_in_io() throws Exception {
    try (Rig rig = new Rig()) {
      rig.put("x", "1");
      rig.write(0, filled(PAGE, 'a'), 0);
      rig.repository.force();
      for (boolean inCommit : new boolean[] {false, true}) {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        PlainContentStore.Trap trap =
            () -> {
              stuck.countDown();
              try {
                free.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            };
        rig.content.beforeWrite = inCommit ? () -> {} : trap;
        rig.space.beforeCommit = inCommit ? trap : () -> {};
        rig.write(1, filled(1, 'b'), PAGE);
        Future<?> forcing = rig.forceAsync();
        stuck.await();
        Future<String> reading =
            rig.async(
                () -> {
                  rig.put("y", "2");
                  rig.write(2, filled(1, 'c'), PAGE);
                  rig.repository.truncate(FILE, PAGE, PAGE + 1, mutation -> {});
                  rig.repository.truncate(FILE, PAGE + 1, PAGE, mutation -> {});
                  return rig.get("x") + rig.get("y") + rig.read(0, 4);
                });
        assertThat(reading.get(20, TimeUnit.SECONDS)).isEqualTo("12abca");
        assertThat(forcing.isDone()).isFalse();
        free.countDown();
        forcing.get();
      }
    }
  }

  @Test
  void a_force_waits_for_a_cut_after_its_call() throws Exception {
    try (Rig rig = new Rig()) {
      rig.put("x", "1");
      rig.stops.arm(Point.CUT);
      Future<?> first = rig.forceAsync();
      rig.stops.awaitHeld(Point.CUT);
      rig.put("y", "1");
      Future<?> second = rig.forceAsync();
      rig.stops.arm(Point.COMMITTED);
      rig.stops.release(Point.CUT);
      rig.stops.awaitHeld(Point.COMMITTED);
      assertThat(second.isDone()).isFalse();
      rig.stops.release(Point.COMMITTED);
      first.get();
      second.get();
      try (Rig reopened = rig.crashed()) {
        assertThat(reopened.get("x") + reopened.get("y")).isEqualTo("11");
      }
    }
  }

  @Test
  void at_most_four_commits_in_a_row_stay_unforced() throws Exception {
    RepositoryOptions async =
        Rig.WHEN_ASKED.withDurability(Durability.ASYNC).withCommitIntervalMillis(1);
    try (Rig rig = new Rig(new MemorySpace(), async, true, true)) {
      for (int i = 0; rig.space.durable.size() < 23; i++) {
        rig.put("x", "" + i);
      }
      rig.repository.force();
      rig.repository.close();
      List<Boolean> durable = rig.space.durable;
      assertThat(durable.subList(0, 10))
          .containsExactly(false, false, false, false, true, false, false, false, false, true);
      assertThat(durable.get(durable.size() - 1)).isTrue();
      assertThat(rig.repository.durability()).isEqualTo(Durability.ASYNC);
    }
  }

  @Test
  void dirty_bytes_stay_below_the_limit() throws Exception {
    RepositoryOptions small = Rig.WHEN_ASKED.withDirtyLimitBytes(2 << 20);
    try (Rig rig = new Rig(new MemorySpace(), small, true, true)) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        long inode = 10 + i;
        writers.add(
            rig.async(
                () -> {
                  for (int at = 0; at < 20; at++) {
                    rig.repository.write(
                        inode, at * 300_000L, filled(300_000, 'a'), at * 300_000L, m -> {});
                    assertThat(rig.repository.statistics().dirtyBytes()).isLessThan(2 << 20);
                  }
                  return null;
                }));
      }
      for (Future<?> each : writers) {
        each.get();
      }
      rig.repository.force();
      assertThat(rig.repository.statistics().dirtyBytes()).isZero();
      assertThat(rig.repository.statistics().commits()).isGreaterThan(4);
    }
  }

  @Test
  void inode_numbers_never_go_back() throws Exception {
    Rig rig = new Rig();
    assertThat(rig.repository.newInode()).isEqualTo(2);
    long used = rig.repository.newInode();
    rig.repository.change(
        mutation -> mutation.put(ItemKey.of(used, ItemKey.INODE), Rig.bytes("file")));
    rig.repository.force();
    rig.repository.change(mutation -> mutation.remove(ItemKey.of(used, ItemKey.INODE)));
    rig.repository.force();
    try (Rig reopened = rig.crashed()) {
      assertThat(reopened.repository.newInode()).isGreaterThan(used);
    }
  }

  @Test
  void removed_content_frees_its_space() throws Exception {
    try (Rig rig = new Rig()) {
      rig.write(0, filled(10 * PAGE, 'a'), 0);
      rig.repository.force();
      assertThat(rig.memory.blocks()).hasSize(10);
      rig.repository.change(mutation -> mutation.removeContent(FILE));
      rig.repository.force();
      assertThat(rig.memory.blocks()).isEmpty();
      assertThat(rig.memory.nodes()).isEmpty();
      assertThat(rig.read(0, 3)).isEqualTo("...");
    }
  }
}
