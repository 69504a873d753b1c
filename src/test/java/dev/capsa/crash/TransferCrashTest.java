package dev.capsa.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore;
import dev.capsa.inode.Entry;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.NewFile;
import dev.capsa.raw.SimulatedRawStorage;
import dev.capsa.store.CrashImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Files that take blocks of each other and of a kept revision, between writes and cuts, and what a
 * loss of power at every moment may leave of that. Each image must open in a state that was
 * committed, not older than the last acknowledged one, and be whole, share counts included.
 */
class TransferCrashTest {
  private static final int HISTORIES =
      Math.max(1, Integer.getInteger("capsa.crash.histories", 40) / 8);
  private static final int IMAGES_PER_EVENT = 3;
  private static final int FILES = 3;
  private static final int PAGE = 4096;
  private static final NewFile HOW = new NewFile(0644, "o", "g");

  @Test
  void every_crash_image_has_each_transfer_wholly_or_not_at_all() throws IOException {
    long images = 0;
    int transfers = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      History history = new History(seed);
      images += history.run();
      transfers += history.transfers;
    }
    System.out.println("crash images with transfers: " + images + ", transfers: " + transfers);
    assertThat(images).isGreaterThanOrEqualTo(100L * HISTORIES);
    assertThat(transfers).isGreaterThanOrEqualTo(5 * HISTORIES);
  }

  private static final class History {
    private final long seed;
    private final Random random;
    private final SimulatedRawStorage raw = new SimulatedRawStorage();

    /** What a user sees, by commit. */
    private final Map<Long, Map<String, String>> states = new HashMap<>();

    /** Events at which a commit was durable. */
    private final TreeMap<Integer, Long> acknowledged = new TreeMap<>();

    private FileTreeOnMedium files;
    private int transfers;

    History(long seed) throws IOException {
      this.seed = seed;
      this.random = new Random(seed);
      this.files = FileTreeOnMedium.create(raw, StoreContentStore.Layout.EXTENTS);
    }

    long run() throws IOException {
      for (int i = 0; i < FILES; i++) {
        files.tree.createFile(FileTree.ROOT, name(i), HOW);
        write(i, 0, 200_000);
      }
      acknowledge();
      files.head.keep("past");
      states.put(files.store.sequence(), files.contents());
      int start = raw.events();
      for (int step = 0; step < 8; step++) {
        for (int i = 0; i < 4; i++) {
          operation();
        }
        acknowledge();
        if (step == 5) {
          drop();
        }
      }
      files.abandon();
      return CrashImages.check(raw, seed, start, IMAGES_PER_EVENT, this::check);
    }

    /** Further commits free what the revision alone held; they change nothing else. */
    private void drop() throws IOException {
      long first = files.store.sequence();
      files.head.drop("past");
      while (files.store.isReclaimable()) {
        Thread.onSpinWait();
      }
      for (long sequence = first + 1; sequence <= files.store.sequence(); sequence++) {
        states.put(sequence, files.contents());
      }
    }

    private void acknowledge() throws IOException {
      files.tree.force();
      states.put(files.store.sequence(), files.contents());
      acknowledged.put(raw.events(), files.store.sequence());
    }

    /** What an operation commits on the way is what was done, or committed, before it. */
    private void operation() throws IOException {
      Map<String, String> before = files.contents();
      long first = files.store.sequence();
      step();
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
    }

    private void step() throws IOException {
      int at = random.nextInt(FILES);
      switch (random.nextInt(6)) {
        case 0 -> write(at, random.nextInt(300_000), 1 + random.nextInt(100_000));
        case 1 -> truncate(at);
        default -> transfer(at);
      }
    }

    private void transfer(int at) throws IOException {
      boolean live = files.head.kept().isEmpty() || random.nextBoolean();
      boolean taken = live ? take(files.tree, at) : files.withKept("past", past -> take(past, at));
      transfers += taken ? 1 : 0;
    }

    private boolean take(FileTree from, int at) throws IOException {
      try (FileTree.FileHandle source = open(from, random.nextInt(FILES));
          FileTree.FileHandle target = open(files.tree, at)) {
        long position = (long) random.nextInt(20) * PAGE;
        long to = (long) random.nextInt(60) * PAGE;
        return target.take(source, position, to, random.nextInt(300_000)) > 0;
      }
    }

    private void write(int at, long position, int length) throws IOException {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      try (FileTree.FileHandle file = open(files.tree, at)) {
        file.write(position, ByteBuffer.wrap(bytes));
      }
    }

    private void truncate(int at) throws IOException {
      try (FileTree.FileHandle file = open(files.tree, at)) {
        file.truncate(random.nextInt(250_000));
      }
    }

    private static byte[] name(int at) {
      return ("f" + at).getBytes(StandardCharsets.UTF_8);
    }

    private static FileTree.FileHandle open(FileTree tree, int at) throws IOException {
      Entry entry = tree.lookup(FileTree.ROOT, name(at));
      assertThat(entry).isNotNull();
      return tree.open(entry.inode());
    }

    private void check(SimulatedRawStorage image, int moment, Random dice) throws IOException {
      FileTreeOnMedium after = FileTreeOnMedium.open(image);
      assertThat(after.openedAt).isGreaterThanOrEqualTo(acknowledged.floorEntry(moment).getValue());
      assertThat(after.contents()).isEqualTo(states.get(after.openedAt));
      after.finishClearing();
      assertThat(after.allFaults()).isEmpty();
      if (dice.nextInt(4) == 0) {
        History going = new History(after, dice);
        going.step();
        going.step();
        after.tree.force();
        assertThat(after.allFaults()).isEmpty();
      }
      after.abandon();
    }

    /** Another process goes on with what is left. */
    private History(FileTreeOnMedium files, Random random) {
      this.seed = 0;
      this.random = random;
      this.files = files;
    }
  }
}
