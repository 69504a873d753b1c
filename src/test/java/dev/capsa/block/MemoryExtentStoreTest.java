package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFullException;
import dev.capsa.store.BlockRun;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MemoryExtentStoreTest extends ExtentStoreContract {
  private final MemoryExtentStore store = new MemoryExtentStore(8);

  @Override
  ExtentStore store() {
    return store;
  }

  @Override
  ExtentStore reopened() {
    return store;
  }

  @Test
  void numbers_are_used_again() throws IOException {
    BlockRun run = store.allocate(10);
    store.free(run.start() + 2, 3);
    assertThat(store.allocate(3)).isEqualTo(new BlockRun(run.start() + 2, 3));
    assertThat(store.allocatedBlocks()).isEqualTo(10);
  }

  @Test
  void an_allocation_is_short_before_it_fails() throws IOException {
    MemoryExtentStore small = new MemoryExtentStore(8, 10);
    BlockRun all = small.allocate(99);
    assertThat(all.length()).isEqualTo(10);
    small.free(all.start(), 4);
    small.free(all.start() + 7, 2);
    assertThat(small.allocate(7)).isEqualTo(new BlockRun(all.start(), 4));
    assertThat(small.allocate(7)).isEqualTo(new BlockRun(all.start() + 7, 2));
    assertThatThrownBy(() -> small.allocate(1))
        .isInstanceOf(CapsaFullException.class)
        .hasMessageContaining("10");
  }
}
