package dev.capsa.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.inode.FileTree;
import dev.capsa.raw.SimulatedRawStorage;
import dev.capsa.store.Batch;
import dev.capsa.store.CompactionScope;
import dev.capsa.store.KeptRevision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Many short lives of a container: random changes of files, revisions that are kept and dropped,
 * closing, dying, losing power at any moment. After each step every kept revision reads just as it
 * was recorded when it was kept, the newest state is one that may be there, and what is allocated
 * is what is reached: from the newest state, from kept ones, from dead lists. A failure names its
 * seed.
 */
class HistoriesTest {
  private static final int HISTORIES = Integer.getInteger("capsa.histories", 2_000);
  private static final long FIRST_SEED = Long.getLong("capsa.histories.seed", 1);
  private static final long MOST_NANOS = 60_000_000_000L;

  @Test
  void what_is_kept_reads_as_recorded_and_nothing_else_takes_space() throws IOException {
    Tally tally = new Tally();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
      try {
        new History(seed, tally).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
    }
    System.out.println(
        "histories: " + HISTORIES + " from seed " + FIRST_SEED + ", " + tally + " all as recorded");
    assertThat(tally.steps).isGreaterThanOrEqualTo(5L * HISTORIES);
    assertThat(tally.copies).isGreaterThanOrEqualTo(HISTORIES / 2);
    assertThat(tally.rollbacks).isGreaterThanOrEqualTo(HISTORIES / 2);
  }

  private static final class Tally {
    private long steps;
    private long kept;
    private long dropped;
    private long crashes;
    private long copies;
    private long compactions;
    private long rollbacks;

    @Override
    public String toString() {
      return ("%d steps, %d kept, %d dropped, %d copies, %d steps of compaction, %d rollbacks,"
              + " %d crashes,")
          .formatted(steps, kept, dropped, copies, compactions, rollbacks, crashes);
    }
  }

  /** What must be there after a crash: the newest state and the kept ones. */
  private record State(Map<String, String> files, Map<String, Map<String, String>> kept) {}

  private static final class History {
    private final Random random;
    private final RandomFileWork work;
    private final Tally tally;
    private SimulatedRawStorage raw = new SimulatedRawStorage();
    private FileTreeOnMedium files;

    /** What was there when the revisions were kept that are not dropped. */
    private final Map<String, Map<String, String>> kept = new TreeMap<>();

    /** The state that is durable, and the moment since when it is. */
    private State durable;

    private int moment;

    History(long seed, Tally tally) throws IOException {
      this.random = new Random(seed);
      this.work = new RandomFileWork(random);
      this.tally = tally;
      files = FileTreeOnMedium.create(raw, Layout.values()[seed % 4 == 0 ? 1 : 0]);
      files.tree.force();
      durable();
    }

    void run() throws IOException {
      int steps = 5 + random.nextInt(6);
      for (int step = 0; step < steps; step++) {
        step(step);
        verify();
        tally.steps++;
      }
      for (String name : List.copyOf(kept.keySet())) {
        drop(name);
      }
      settle();
      verify();
      assertThat(files.store.keptRevisions()).isEmpty();
      files.close();
    }

    private void step(int number) throws IOException {
      if (random.nextInt(4) > 0) {
        settle();
        for (int i = random.nextInt(6); i >= 0; i--) {
          work.step(files.tree);
        }
        copy();
      }
      if (random.nextInt(3) == 0) {
        compact();
      }
      if (random.nextInt(4) == 0) {
        rollBack();
      }
      switch (random.nextInt(8)) {
        case 0, 1 -> keep("revision " + number);
        case 2, 3 -> {
          files.tree.force();
          dropAny();
        }
        case 4 -> reopen();
        case 5, 6 -> crash("revision " + number);
        default -> files.tree.force();
      }
      durable();
    }

    /** Copies files of now and of then, if some are large enough. */
    private void copy() throws IOException {
      for (int i = 0; i < 4; i++) {
        boolean copied =
            kept.isEmpty() || random.nextBoolean()
                ? work.copy(files.tree)
                : files.copyFrom(List.copyOf(kept.keySet()).get(random.nextInt(kept.size())), work);
        tally.copies += copied ? 1 : 0;
      }
      files.tree.force(); // copying commits what was done before
      durable();
      for (int i = random.nextInt(3); i > 0; i--) {
        work.step(files.tree);
      }
    }

    /** Some steps of compaction, perhaps all; what is to come may end it at any moment. */
    private void compact() throws IOException {
      files.tree.force();
      durable();
      long since = random.nextInt(3) > 0 ? Long.MAX_VALUE : files.head.newestRevision().sequence();
      CompactionScope scope = new CompactionScope(raw.length(), since);
      Batch.Compacted done = Batch.Compacted.WAITING;
      for (int i = random.nextInt(8); i >= 0 && done != Batch.Compacted.DONE; i--) {
        done = files.head.compact(scope);
        tally.compactions++;
      }
    }

    /** Goes back to a kept revision, perhaps to and fro, while some files are open. */
    private void rollBack() throws IOException {
      if (kept.isEmpty()) {
        return;
      }
      List<FileTree.FileHandle> open = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        FileTree.FileHandle handle = work.open(files.tree);
        if (handle != null) {
          open.add(handle);
        }
        for (int each = random.nextInt(4); each > 0; each--) {
          work.remove(files.tree);
        }
      }
      String undo = rollBack(List.copyOf(kept.keySet()).get(random.nextInt(kept.size())));
      if (random.nextBoolean() && kept.containsKey(undo)) {
        rollBack(undo);
      }
      for (FileTree.FileHandle handle : open) {
        handle.size();
        handle.close();
      }
      files.tree.force();
      files.finishClearing();
      durable();
    }

    /** Goes back to a kept revision; the name of the state before. */
    private String rollBack(String name) throws IOException {
      Map<String, String> before = files.contents();
      KeptRevision undo = files.rollBack(name);
      assertThat(files.contents()).as("as in " + name).isEqualTo(kept.get(name));
      if (!undo.name().isEmpty() && !kept.containsKey(undo.name())) {
        kept.put(undo.name(), before);
        tally.kept++;
      }
      tally.rollbacks++;
      return undo.name();
    }

    private void keep(String name) throws IOException {
      files.head.keep(name);
      kept.put(name, files.contents());
      tally.kept++;
    }

    private void dropAny() throws IOException {
      if (!kept.isEmpty()) {
        drop(List.copyOf(kept.keySet()).get(random.nextInt(kept.size())));
      }
    }

    private void drop(String name) throws IOException {
      files.head.drop(name);
      kept.remove(name);
      tally.dropped++;
    }

    private void reopen() throws IOException {
      Map<String, String> before = files.contents();
      files.close();
      raw = raw.reopen();
      files = FileTreeOnMedium.open(raw);
      files.finishClearing();
      assertThat(files.contents()).isEqualTo(before);
    }

    /** Ends at a moment between the last durable state and now, perhaps while a commit is made. */
    private void crash(String name) throws IOException {
      State before = durable;
      int since = moment;
      State forced = before;
      switch (random.nextInt(5)) {
        case 4 -> {
          files.tree.force();
          forced = state();
          if (!kept.isEmpty()) {
            rollBack(List.copyOf(kept.keySet()).get(random.nextInt(kept.size())));
          }
        }
        case 0 -> keep(name);
        case 1 -> {
          files.tree.force();
          forced = state();
          dropAny();
        }
        case 2 -> files.tree.force();
        default -> {} // what was not forced is lost
      }
      State after = state();
      files.abandon();
      int end = since + random.nextInt(raw.events() - since + 1);
      raw = random.nextInt(4) == 0 ? raw.killImage(end) : raw.crashImage(end, random);
      files = FileTreeOnMedium.open(raw);
      files.finishClearing();
      Map<String, Map<String, String>> left = new TreeMap<>();
      for (String each : keptNames()) {
        left.put(each, files.contents(each));
      }
      assertThat(List.of(before, forced, after)).contains(new State(files.contents(), left));
      kept.clear();
      kept.putAll(left);
      tally.crashes++;
    }

    /** Takes note that all is durable now. */
    private void durable() throws IOException {
      durable = state();
      moment = raw.events();
    }

    private State state() throws IOException {
      return new State(files.contents(), new TreeMap<>(kept));
    }

    /** Waits until all that was dropped is reclaimed, so that no commit comes by itself. */
    private void settle() throws IOException {
      long deadline = System.nanoTime() + MOST_NANOS;
      while (files.store.isReclaimable()) {
        assertThat(System.nanoTime()).as("time to reclaim").isLessThan(deadline);
        Thread.onSpinWait();
      }
    }

    private List<String> keptNames() throws IOException {
      return files.store.keptRevisions().stream().map(KeptRevision::name).toList();
    }

    private void verify() throws IOException {
      assertThat(keptNames()).containsExactlyInAnyOrderElementsOf(kept.keySet());
      for (Map.Entry<String, Map<String, String>> each : kept.entrySet()) {
        assertThat(files.contents(each.getKey())).as(each.getKey()).isEqualTo(each.getValue());
      }
      assertThat(files.allFaults()).isEmpty();
    }
  }
}
