package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link CowStore} does. */
abstract class CowStoreContract extends ExtentStoreContract {
  private static final long CLONE = 8;

  @Override
  abstract CowStore store() throws IOException;

  @Override
  abstract CowStore reopened() throws IOException;

  @Test
  void a_clone_shares_the_blocks() throws IOException {
    ExtentList list = file(INODE, 5);
    CowStore store = reopened();
    assertThat(store.shareCount(list.get(0).physical())).isEqualTo(1);
    store.cloneExtents(INODE, CLONE);
    assertThat(places(store.extents(CLONE))).isEqualTo(places(list));
    assertOwners(store, list, 2);
    store = reopened();
    assertOwners(store, list, 2);
    store.cloneExtents(CLONE, CLONE + 1);
    assertOwners(store, list, 3);
    assertThat(content(store, CLONE + 1, 0, 5)).isEqualTo(pattern(0, 5));
  }

  @Test
  void breaking_copies_once_and_leaves_the_source() throws IOException {
    ExtentList list = file(INODE, 5);
    CowStore store = reopened();
    store.cloneExtents(INODE, CLONE);
    long shared = list.physical(2);
    long copy = store.breakSharing(CLONE, 2);
    assertThat(copy).isNotEqualTo(shared);
    assertThat(store.breakSharing(CLONE, 2)).as("once more").isEqualTo(copy);
    store.write(copy, ByteBuffer.wrap(pattern(90, 1)));
    assertThat(store.shareCount(shared)).isEqualTo(1);
    assertThat(store.shareCount(copy)).isEqualTo(1);
    assertThat(store.shareCount(list.physical(1))).isEqualTo(2);
    store = reopened();
    assertThat(content(store, INODE, 0, 5)).isEqualTo(pattern(0, 5));
    assertThat(content(store, CLONE, 2, 1)).isEqualTo(pattern(90, 1));
  }

  @Test
  void breaking_in_the_middle_splits_the_extent_in_three() throws IOException {
    ExtentList list = file(INODE, 5);
    assertThat(list.size()).isEqualTo(1);
    CowStore store = reopened();
    store.cloneExtents(INODE, CLONE);
    long copy = store.breakSharing(CLONE, 2);
    long start = list.get(0).physical();
    assertThat(places(store.extents(CLONE)))
        .containsExactly("0:" + start + "+2", "2:" + copy + "+1", "3:" + (start + 3) + "+2");
    assertThat(content(reopened(), CLONE, 0, 5)).isEqualTo(pattern(0, 5));
  }

  @Test
  void freeing_takes_one_owner_away() throws IOException {
    ExtentList list = file(INODE, 5);
    CowStore store = reopened();
    store.cloneExtents(INODE, CLONE);
    free(store, store.replaceExtents(INODE, 0, ExtentStore.TO_END, ExtentList.empty()));
    assertOwners(store, list, 1);
    store = reopened();
    assertThat(content(store, CLONE, 0, 5)).isEqualTo(pattern(0, 5));
    free(store, store.replaceExtents(CLONE, 1, 3, ExtentList.empty()));
    assertThat(store.shareCount(list.physical(2))).isZero();
    assertThat(store.shareCount(list.physical(4))).isEqualTo(1);
    assertThat(store.extents(CLONE).totalBlocks()).isEqualTo(2);
  }

  @Test
  void a_clone_onto_itself_changes_nothing() throws IOException {
    ExtentList list = file(INODE, 5);
    CowStore store = reopened();
    store.cloneExtents(INODE, INODE);
    assertOwners(store, list, 1);
    assertThat(places(store.extents(INODE))).isEqualTo(places(list));
  }

  @Test
  void a_clone_frees_what_its_destination_had() throws IOException {
    ExtentList list = file(INODE, 5);
    ExtentList gone = file(CLONE, 3);
    CowStore store = reopened();
    store.cloneExtents(INODE, CLONE);
    assertOwners(store, gone, 0);
    assertOwners(store, list, 2);
    store.cloneExtents(INODE, CLONE);
    assertOwners(store, list, 2);
    store = reopened();
    assertThat(content(store, CLONE, 0, 5)).isEqualTo(pattern(0, 5));
  }

  @Test
  void a_clone_of_a_missing_file_is_empty() throws IOException {
    ExtentList gone = file(CLONE, 3);
    CowStore store = reopened();
    store.cloneExtents(99, CLONE);
    assertThat(store.extents(CLONE)).isEmpty();
    assertOwners(store, gone, 0);
  }

  @Test
  void a_shared_block_is_not_written() throws IOException {
    ExtentList list = file(INODE, 5);
    CowStore store = store();
    store.cloneExtents(INODE, CLONE);
    assertThatThrownBy(
            () -> store.write(list.physical(0), ByteBuffer.allocate(5 * store.blockSize())))
        .isInstanceOf(IllegalStateException.class);
    assertThat(content(store, INODE, 0, 5)).isEqualTo(pattern(0, 5));
  }

  @Test
  void there_is_nothing_to_break_in_a_hole() throws IOException {
    file(INODE, 2);
    assertThat(store().breakSharing(INODE, 2)).isZero();
    assertThat(store().breakSharing(99, 0)).isZero();
  }

  @Test
  void random_clones_breaks_and_frees_agree_with_a_model() throws IOException {
    long seed = 31;
    Random random = new Random(seed);
    int files = 4;
    int blocks = 12;
    byte[][] model = new byte[files][blocks];
    CowStore store = store();
    for (int step = 0; step < 600; step++) {
      String where = "seed " + seed + ", step " + step;
      int file = random.nextInt(files);
      int block = random.nextInt(blocks);
      switch (random.nextInt(8)) {
        case 0 -> {
          int to = random.nextInt(files);
          store.cloneExtents(file, to);
          model[to] = model[file].clone();
        }
        case 1 -> {
          int count = random.nextInt(blocks - block + 1);
          free(store, store.replaceExtents(file, block, count, ExtentList.empty()));
          Arrays.fill(model[file], block, block + count, (byte) 0);
        }
        case 2 -> store = reopened();
        default -> {
          long physical = store.breakSharing(file, block);
          if (physical == 0) {
            physical = store.allocate(1).start();
            store.replaceExtents(file, block, 1, ExtentList.of(new Extent(block, physical, 1)));
          }
          model[file][block] = (byte) (1 + random.nextInt(100));
          byte[] bytes = new byte[store.blockSize()];
          Arrays.fill(bytes, model[file][block]);
          store.write(physical, ByteBuffer.wrap(bytes));
        }
      }
      for (int i = 0; i < files; i++) {
        ExtentList list = store.extents(i);
        for (int at = 0; at < blocks; at++) {
          long physical = list.physical(at);
          ByteBuffer first = ByteBuffer.allocate(1);
          if (physical != 0) {
            store.read(physical, store.blockSize() - 1, first);
          }
          assertThat(first.get(0))
              .as("%s, file %d, block %d", where, i, at)
              .isEqualTo(model[i][at]);
          int owners = 0;
          for (int j = 0; j < files && physical != 0; j++) {
            for (Extent extent : store.extents(j)) {
              owners += extent.physical() <= physical && physical < extent.physicalEnd() ? 1 : 0;
            }
          }
          assertThat(physical == 0 ? 0 : store.shareCount(physical)).as(where).isEqualTo(owners);
        }
      }
    }
  }

  private static void assertOwners(CowStore store, ExtentList list, int owners) throws IOException {
    for (Extent extent : list) {
      for (long block = extent.physical(); block < extent.physicalEnd(); block++) {
        assertThat(store.shareCount(block)).as("owners of %d", block).isEqualTo(owners);
      }
    }
  }
}
