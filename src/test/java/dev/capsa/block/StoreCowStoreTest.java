package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.store.BlockRun;
import dev.capsa.store.UnitShare;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreCowStoreTest extends CowStoreContract {
  private TestContainer container;
  private StoreCowStore store;

  @BeforeEach
  void create() throws IOException {
    container = new TestContainer();
    bind();
  }

  /** All blocks are reached, and their counts say how often; a file needs its CONTENT item. */
  @AfterEach
  void everything_that_is_allocated_is_reached() throws IOException {
    Map<Long, Long> sizes = new TreeMap<>();
    ItemCursor cursor = container.next.copy().cursor(new byte[0], null);
    while (cursor.next()) {
      long inode = ItemKey.inode(cursor.key());
      if (ItemKey.kind(cursor.key()) == ItemKey.EXTENT) {
        sizes.put(inode, 1L << 30);
        container.next.put(
            ItemKey.of(inode, ItemKey.CONTENT), ContentItems.encode(new Content.Extents(1L << 30)));
      }
    }
    container.commit();
    container.check(sizes);
    container.close();
  }

  private void bind() {
    store =
        new StoreCowStore(container.committed, container.next, container.space, container.batch);
  }

  @Override
  CowStore store() {
    return store;
  }

  @Override
  CowStore reopened() throws IOException {
    container.commit();
    bind();
    return store;
  }

  @Test
  void a_committed_block_is_not_overwritten_but_copied() throws IOException {
    ExtentList list = file(INODE, 3);
    reopened();
    long committed = list.physical(1);
    assertThatThrownBy(() -> store.write(committed, ByteBuffer.allocate(BlockRun.BLOCK_BYTES)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("never overwritten");
    long copy = store.breakSharing(INODE, 1);
    assertThat(copy).isNotEqualTo(committed);
    store.write(copy, ByteBuffer.wrap(pattern(70, 1)));
    assertThat(content(reopened(), INODE, 1, 1)).isEqualTo(pattern(70, 1));
    assertThat(container.space.blocks()).hasSize(3).doesNotContain(committed);
  }

  @Test
  void a_clone_keeps_the_birth_of_the_bytes() throws IOException {
    file(INODE, 3);
    reopened();
    reopened().cloneExtents(INODE, 8);
    Extent source = store.extents(INODE).get(0);
    Extent clone = store.extents(8).get(0);
    assertThat(source.birth()).isEqualTo(1);
    assertThat(source.referenceBirth()).isEqualTo(1);
    assertThat(clone.birth()).isEqualTo(1);
    assertThat(clone.referenceBirth()).isEqualTo(3);
  }

  @Test
  void a_large_clone_is_one_run_of_shared_blocks() throws IOException {
    long start = file(INODE, 1000).get(0).physical();
    reopened().cloneExtents(INODE, 8);
    assertThat(container.batch.shared(start, 1000)).containsExactly(new UnitShare(start, 1000, 2));
    free(store, store.replaceExtents(8, 0, ExtentStore.TO_END, ExtentList.empty()));
    assertThat(container.batch.shared(start, 1000)).isEmpty();
  }

  @Test
  void runs_with_equal_owners_are_one() throws IOException {
    long start = file(INODE, 100).get(0).physical();
    reopened();
    // Three files share the blocks, the clones being emptied from the middle to both sides.
    store.cloneExtents(INODE, 8);
    store.cloneExtents(INODE, 9);
    for (int[] range : new int[][] {{40, 10}, {50, 10}, {30, 10}}) {
      free(store, store.replaceExtents(8, range[0], range[1], ExtentList.empty()));
    }
    assertThat(container.batch.shared(start, 100))
        .containsExactly(
            new UnitShare(start, 30, 3),
            new UnitShare(start + 30, 30, 2),
            new UnitShare(start + 60, 40, 3));
    free(store, store.replaceExtents(8, 0, ExtentStore.TO_END, ExtentList.empty()));
    assertThat(container.batch.shared(start, 100)).containsExactly(new UnitShare(start, 100, 2));
  }

  @Test
  void short_runs_are_no_difference() throws IOException {
    container.space.longestRun(2);
    ExtentList list = file(INODE, 9);
    assertThat(list.size()).isEqualTo(5);
    assertThat(content(reopened(), INODE, 0, 9)).isEqualTo(pattern(0, 9));
    assertThat(store.extents(INODE).size()).isEqualTo(1);
  }

  @Test
  void a_store_for_reading_refuses_changes() {
    StoreExtentStore reader =
        new StoreExtentStore(new Binding(container.committed, container.space));
    assertThatThrownBy(() -> reader.allocate(1)).isInstanceOf(UnsupportedOperationException.class);
  }
}
