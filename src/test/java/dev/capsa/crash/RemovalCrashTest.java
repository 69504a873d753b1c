package dev.capsa.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.RemovalStep;
import dev.capsa.block.StoreContentStore;
import dev.capsa.inode.ContainerCheck;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.NewFile;
import dev.capsa.raw.RawStorage;
import dev.capsa.raw.SimulatedRawStorage;
import dev.capsa.repo.RootRecord;
import dev.capsa.repo.View;
import dev.capsa.store.MultiStore;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A file of many extents is removed; every moment of that is one at which all may end. */
class RemovalCrashTest {
  private static final int EXTENTS = 3 * RemovalStep.MOST_ITEMS;
  private static final int PAGE = 4096;
  private static final NewFile HOW = new NewFile(0644, "o", "g");

  @Test
  void a_crash_between_two_steps_leaves_a_whole_container_that_goes_on_removing()
      throws IOException {
    SimulatedRawStorage raw = new SimulatedRawStorage();
    FileTreeOnMedium files = FileTreeOnMedium.create(raw, StoreContentStore.Layout.EXTENTS);
    long keep = write(files.tree, "keep", 20);
    long large = write(files.tree, "large", EXTENTS);
    files.tree.force();
    int start = raw.events();
    files.tree.remove(FileTree.ROOT, "large".getBytes(StandardCharsets.UTF_8));
    files.tree.force();
    awaitRemoval(files);
    files.abandon();

    TreeMap<Long, Integer> left = new TreeMap<>();
    List<Integer> between = new ArrayList<>();
    for (int moment = start; moment <= raw.events(); moment++) {
      SimulatedRawStorage image = raw.killImage(moment);
      try (MultiStore store = MultiStore.open(image, true, 0)) {
        int extents = extents(items(store), large);
        boolean isNew = left.put(store.sequence(), extents) == null;
        if (isNew && extents > 0 && extents < EXTENTS) {
          between.add(moment);
        }
      }
    }
    assertThat(left.values()).containsSubsequence(EXTENTS, 2 * EXTENTS / 3, EXTENTS / 3, 0);
    assertThat(between).hasSize(2);
    for (int moment : between) {
      checkGoesOn(raw.killImage(moment), keep, large);
      checkGoesOn(raw.crashImage(moment, new Random(moment)), keep, large);
    }
  }

  /** Every second block of a file. */
  private static long write(FileTree tree, String name, int extents) throws IOException {
    long inode =
        tree.createFile(FileTree.ROOT, name.getBytes(StandardCharsets.UTF_8), HOW).number();
    byte[] page = new byte[PAGE];
    try (FileTree.FileHandle file = tree.open(inode)) {
      for (int i = 0; i < extents; i++) {
        ByteBuffer.wrap(page).putInt(i + 1);
        file.write(2L * i * PAGE, ByteBuffer.wrap(page));
      }
    }
    return inode;
  }

  private static void awaitRemoval(FileTreeOnMedium files) throws IOException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (hasOrphans(files)) {
      assertThat(System.nanoTime()).as("time to remove all").isLessThan(deadline);
      Thread.yield();
    }
  }

  private static boolean hasOrphans(FileTreeOnMedium files) throws IOException {
    try (View view = files.head.view()) {
      byte[] end = ItemKey.of(0, (byte) (ItemKey.ORPHAN + 1));
      return view.cursor(ItemKey.of(0, ItemKey.ORPHAN), end).next();
    }
  }

  private static Items items(MultiStore store) throws IOException {
    return new Tree(store, new NodeCache(1 << 20), RootRecord.decode(store.root()).tree());
  }

  private static int extents(Items items, long inode) throws IOException {
    ItemCursor cursor =
        items.cursor(ItemKey.of(inode, ItemKey.EXTENT), ItemKey.of(inode, ItemKey.CHAIN));
    int count = 0;
    while (cursor.next()) {
      count++;
    }
    return count;
  }

  private static void checkGoesOn(SimulatedRawStorage image, long keep, long large)
      throws IOException {
    assertThat(faults(image, true)).isEmpty();
    FileTreeOnMedium files = FileTreeOnMedium.open(image);
    if (files.tree.inode(large) != null) { // the crash took the first step back
      try (View view = files.head.view()) {
        assertThat(extents(view, large)).isEqualTo(EXTENTS);
      }
      files.tree.remove(FileTree.ROOT, "large".getBytes(StandardCharsets.UTF_8));
      files.tree.force();
    }
    awaitRemoval(files);
    assertThat(files.tree.allocatedBytes(keep)).isEqualTo(20 * PAGE);
    files.close();
    SimulatedRawStorage closed = image.reopen();
    assertThat(faults(closed, false)).isEmpty();
    try (MultiStore store = MultiStore.open(closed.killImage(closed.events()), true, 0)) {
      assertThat(extents(items(store), large)).isZero();
    }
  }

  /**
   * What the check of everything finds, among that whether just what is reached is allocated.
   *
   * @param crashed whether the rings may be as a crash leaves them
   */
  private static List<String> faults(SimulatedRawStorage image, boolean crashed)
      throws IOException {
    List<String> faults = new ArrayList<>();
    RawStorage copy = image.killImage(image.events());
    try (MultiStore store = MultiStore.open(copy, true, 0)) {
      ContainerCheck.check(store, crashed, (place, what) -> faults.add(place + ": " + what));
    }
    return faults;
  }
}
