package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.store.Batch;
import dev.capsa.store.MultiStore;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** How much a rollback may change. */
class ReversalTest {
  @Test
  void what_takes_too_much_memory_is_refused_with_the_bound() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    StoreContentStore content = new StoreContentStore(store, StoreContentStore.Layout.EXTENTS);
    try (Batch batch = store.begin()) {
      Reversal reversal = new Reversal(content, batch, 1_000);
      for (int i = 0; i < 4; i++) {
        reversal.put(ItemKey.of(2 + i, ItemKey.INODE), new byte[100]);
      }
      assertThat(reversal.changes().isEmpty()).isFalse();
      assertThatThrownBy(
              () -> {
                for (int i = 4; i < 9; i++) {
                  reversal.remove(ItemKey.of(2 + i, ItemKey.INODE));
                }
              })
          .isInstanceOf(CapsaException.class)
          .hasMessageContaining("1000 bytes")
          .hasMessageContaining("restore");
    }
  }
}
