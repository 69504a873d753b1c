package dev.capsa.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore;
import dev.capsa.raw.SimulatedRawStorage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Histories of file operations in steps of several, each ended by a force, on the recording medium;
 * then, for every write, what a loss of power or the death of the process may have left. Each image
 * must open in the state of one step, not older than the last acknowledged one, and be whole.
 */
class FileTreeCrashTest {
  private static final int HISTORIES = Integer.getInteger("capsa.crash.histories", 40);
  private static final int IMAGES_PER_EVENT = 7;

  @Test
  void every_crash_image_is_the_state_of_one_step() throws IOException {
    long images = 0;
    copies = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      images += history(seed);
    }
    System.out.println("file tree crash images: " + images + ", copies: " + copies);
    assertThat(copies).isGreaterThanOrEqualTo(HISTORIES / 4);
    assertThat(images).isGreaterThanOrEqualTo(10_000L * HISTORIES / 40);
  }

  private int copies;

  private long history(long seed) throws IOException {
    Random random = new Random(seed);
    RandomFileWork work = new RandomFileWork(random);
    SimulatedRawStorage raw = new SimulatedRawStorage();
    StoreContentStore.Layout layout = StoreContentStore.Layout.values()[seed % 4 == 0 ? 1 : 0];
    FileTreeOnMedium files = FileTreeOnMedium.create(raw, layout);
    files.tree.force();
    Map<Long, Map<String, String>> states = new HashMap<>();
    TreeMap<Integer, Long> acknowledged = new TreeMap<>();
    states.put(files.store.sequence(), files.contents());
    acknowledged.put(raw.events(), files.store.sequence());
    int start = raw.events();
    int steps = 3 + random.nextInt(4);
    for (int step = 0; step < steps; step++) {
      int operations = 1 + random.nextInt(6);
      for (int i = 0; i < operations; i++) {
        work.step(files.tree);
        if (random.nextInt(3) == 0) {
          copies += copy(work, files, raw, states);
        }
      }
      files.tree.force();
      states.put(files.store.sequence(), files.contents());
      acknowledged.put(raw.events(), files.store.sequence());
      if (random.nextInt(3) == 0) {
        Map<String, String> before = files.contents();
        work.gather(files.tree);
        assertThat(files.contents()).as("seed %d, gathered", seed).isEqualTo(before);
        states.put(files.store.sequence(), before);
      }
      if (random.nextInt(5) == 0) {
        boolean killed = random.nextBoolean();
        long first = files.store.sequence();
        Map<String, String> before = files.contents();
        if (killed) {
          files.abandon();
        } else {
          files.close();
        }
        raw = raw.reopen();
        files = FileTreeOnMedium.open(raw);
        for (long sequence = first + 1; sequence <= files.openedAt; sequence++) {
          states.put(sequence, before); // closing may store things closer together
        }
        assertThat(files.contents()).as("seed %d", seed).isEqualTo(states.get(files.openedAt));
        files.finishClearing();
        states.put(files.store.sequence(), files.contents());
      }
    }
    files.abandon();
    long images = 0;
    for (int moment = start; moment <= raw.events(); moment++) {
      for (int image = 0; image < IMAGES_PER_EVENT; image++) {
        Random dice = new Random(seed * 1_000_003 + moment * 31L + image);
        String what = "seed " + seed + " moment " + moment + " image " + image;
        SimulatedRawStorage after =
            image == 0 ? raw.killImage(moment) : raw.crashImage(moment, dice);
        check(after, states, acknowledged.floorEntry(moment).getValue(), what, image == 1);
        images++;
      }
    }
    return images;
  }

  /**
   * Copies, if it can. What is committed on the way shows nothing of the copy: just what was
   * committed before, or what was done before.
   */
  private static int copy(
      RandomFileWork work,
      FileTreeOnMedium files,
      SimulatedRawStorage raw,
      Map<Long, Map<String, String>> states)
      throws IOException {
    for (int i = 0; i < 8; i++) {
      Map<String, String> before = files.contents();
      long first = files.store.sequence();
      boolean copied = work.copy(files.tree);
      long last = files.store.sequence();
      if (last > first) {
        FileTreeOnMedium committed = FileTreeOnMedium.open(raw.killImage(raw.events()));
        Map<String, String> state = committed.contents();
        committed.abandon();
        assertThat(state).isIn(before, states.get(first));
        for (long sequence = first + 1; sequence <= last; sequence++) {
          states.put(sequence, state);
        }
      }
      if (copied) {
        return 1;
      }
    }
    return 0;
  }

  private static void check(
      SimulatedRawStorage after,
      Map<Long, Map<String, String>> states,
      long least,
      String what,
      boolean goesOn)
      throws IOException {
    FileTreeOnMedium files;
    try {
      files = FileTreeOnMedium.open(after);
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(what + ": " + e, e);
    }
    assertThat(files.openedAt).as(what).isGreaterThanOrEqualTo(least);
    assertThat(files.contents()).as(what).isEqualTo(states.get(files.openedAt));
    files.finishClearing();
    assertThat(files.contents()).as(what).isEqualTo(states.get(files.openedAt));
    assertThat(files.faults()).as(what).isEmpty();
    if (goesOn) {
      RandomFileWork work = new RandomFileWork(new Random(least));
      for (int i = 0; i < 5; i++) {
        work.step(files.tree);
      }
      files.tree.force();
      assertThat(files.faults()).as(what + ", going on").isEmpty();
      files.close();
    } else {
      files.abandon();
    }
  }
}
