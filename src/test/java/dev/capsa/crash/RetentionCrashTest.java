package dev.capsa.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore;
import dev.capsa.inode.ContainerCheck;
import dev.capsa.inode.Entry;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.NewFile;
import dev.capsa.raw.SimulatedRawStorage;
import dev.capsa.repo.RetentionRule;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MultiStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Revisions are kept and dropped by rule, and all may end at any moment of that. */
class RetentionCrashTest {
  private static final int MOMENTS = 60;
  private static final NewFile HOW = new NewFile(0644, "o", "g");
  private static final byte[] FILE = "f".getBytes(StandardCharsets.UTF_8);

  @Test
  void a_crash_leaves_whole_revisions_and_dropping_goes_on() throws IOException {
    SimulatedRawStorage raw = new SimulatedRawStorage();
    FileTreeOnMedium files = FileTreeOnMedium.create(raw, StoreContentStore.Layout.EXTENTS);
    files.head.retention(new RetentionRule(3, 0, 0));
    int start = raw.events();
    for (int i = 0; i < 12; i++) {
      write(files.tree, i);
      files.tree.force();
    }
    files.head.keep("named");
    for (int i = 12; i < 16; i++) {
      write(files.tree, i);
      files.tree.force();
    }
    files.head.retention(RetentionRule.NONE);
    files.abandon();

    Random random = new Random(1);
    for (int i = 0; i < MOMENTS; i++) {
      int moment = start + random.nextInt(raw.events() - start + 1);
      check(raw.killImage(moment), moment);
      check(raw.crashImage(moment, random), moment);
    }
  }

  private static void write(FileTree tree, int step) throws IOException {
    Entry entry = tree.lookup(FileTree.ROOT, FILE);
    long inode = entry == null ? tree.createFile(FileTree.ROOT, FILE, HOW).number() : entry.inode();
    byte[] bytes = new byte[70_000 + step];
    Arrays.fill(bytes, (byte) step);
    try (FileTree.FileHandle handle = tree.open(inode)) {
      handle.truncate(0);
      handle.write(0, ByteBuffer.wrap(bytes));
    }
  }

  private static void check(SimulatedRawStorage image, int moment) throws IOException {
    assertThat(faults(image)).as("moment %d", moment).isEmpty();
    FileTreeOnMedium files = FileTreeOnMedium.open(image);
    RetentionRule rule = files.head.retention();
    assertThat(automatic(files.head.kept())).isLessThanOrEqualTo(4);
    write(files.tree, 99);
    files.tree.force();
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (automatic(files.head.kept()) > rule.last()) {
      assertThat(System.nanoTime()).as("time to drop").isLessThan(deadline);
      Thread.yield();
    }
    if (rule.last() > 0) {
      assertThat(automatic(files.head.kept())).isPositive();
    }
    files.close();
    assertThat(faults(image.reopen())).as("moment %d, gone on", moment).isEmpty();
  }

  private static long automatic(List<KeptRevision> kept) {
    return kept.stream().filter(KeptRevision::isAutomatic).count();
  }

  private static List<String> faults(SimulatedRawStorage image) throws IOException {
    List<String> faults = new ArrayList<>();
    try (MultiStore store = MultiStore.open(image.killImage(image.events()), true, 0)) {
      ContainerCheck.check(store, true, (place, what) -> faults.add(place + ": " + what));
    }
    return faults;
  }
}
