package dev.capsa.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.inode.FileTree;
import dev.capsa.raw.SimulatedRawStorage;
import dev.capsa.store.CrashImages;
import dev.capsa.store.KeptRevision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A loss of power at each moment of a rollback leaves the state before it, with what was kept then,
 * or the one after it, with the state before kept, too; and nothing between.
 */
class RollbackCrashTest {
  private static final int HISTORIES = Integer.getInteger("capsa.crash.histories", 40);
  private static final int IMAGES_PER_EVENT = 5;

  @Test
  void every_crash_image_of_a_rollback_is_of_before_or_after() throws IOException {
    long images = 0;
    Outcomes outcomes = new Outcomes();
    for (long seed = 1; seed <= HISTORIES; seed++) {
      images += new History(seed, outcomes).run();
    }
    System.out.printf(
        "crash images of rollbacks: %d, %d before, %d after%n",
        images, outcomes.before, outcomes.after);
    assertThat(images).isGreaterThanOrEqualTo(40L * HISTORIES);
    assertThat(outcomes.before).isGreaterThan(5L * HISTORIES);
    assertThat(outcomes.after).isGreaterThan(5L * HISTORIES);
  }

  private static final class Outcomes {
    private long before;
    private long after;
  }

  private static final class History {
    private final long seed;
    private final Outcomes outcomes;
    private final RandomFileWork work;
    private final SimulatedRawStorage raw = new SimulatedRawStorage();
    private Map<String, String> old = Map.of();
    private Map<String, String> before = Map.of();
    private String undo = "";

    /** The first moment at which all that was done is durable. */
    private int durable;

    History(long seed, Outcomes outcomes) {
      this.seed = seed;
      this.outcomes = outcomes;
      this.work = new RandomFileWork(new Random(seed));
    }

    long run() throws IOException {
      FileTreeOnMedium files = FileTreeOnMedium.create(raw, Layout.values()[seed % 4 == 0 ? 1 : 0]);
      work(files, 40);
      files.head.keep("old");
      old = files.contents();
      work(files, 30);
      if (seed % 2 == 0) {
        files.head.keep("between");
        work(files, 20);
      }
      List<FileTree.FileHandle> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        FileTree.FileHandle handle = work.open(files.tree);
        if (handle != null) {
          open.add(handle);
        }
        work.remove(files.tree);
      }
      files.tree.force();
      before = files.contents();
      int start = raw.events();
      undo = files.rollBack("old").name();
      durable = raw.events();
      assertThat(files.contents()).isEqualTo(old);
      assertThat(files.contents(undo)).isEqualTo(before);
      for (FileTree.FileHandle handle : open) {
        handle.close();
      }
      files.tree.force();
      files.abandon();
      return CrashImages.check(raw, seed, start, IMAGES_PER_EVENT, this::check);
    }

    private void work(FileTreeOnMedium files, int steps) throws IOException {
      for (int i = 0; i < steps; i++) {
        work.step(files.tree);
      }
      files.tree.force();
      files.finishClearing();
    }

    private void check(SimulatedRawStorage image, int moment, Random dice) throws IOException {
      FileTreeOnMedium files = FileTreeOnMedium.open(image);
      Set<String> kept =
          files.store.keptRevisions().stream().map(KeptRevision::name).collect(Collectors.toSet());
      boolean after = kept.contains(undo);
      assertThat(files.contents()).isEqualTo(after ? old : before);
      assertThat(files.contents("old")).isEqualTo(old);
      if (after) {
        outcomes.after++;
        assertThat(files.contents(undo)).isEqualTo(before);
      } else {
        outcomes.before++;
        assertThat(moment).isLessThan(durable);
      }
      files.finishClearing();
      assertThat(files.allFaults()).isEmpty();
      if (dice.nextInt(3) == 0) {
        files.rollBack(after ? undo : "old");
        assertThat(files.contents()).isEqualTo(after ? before : old);
        work.step(files.tree);
        files.close();
        FileTreeOnMedium again = FileTreeOnMedium.open(image.reopen());
        assertThat(again.allFaults()).isEmpty();
        again.abandon();
      } else {
        files.abandon();
      }
    }
  }
}
