package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MemoryBlockChainStoreTest extends BlockChainStoreContract {
  private final BlockChainStore store = new MemoryBlockChainStore(8);

  @Override
  BlockChainStore store() {
    return store;
  }

  @Override
  BlockChainStore reopened() {
    return store;
  }

  @Test
  void a_full_store_says_so() throws IOException {
    MemoryBlockChainStore small = new MemoryBlockChainStore(8, 2);
    long block = small.allocate();
    small.allocate();
    assertThatThrownBy(small::allocate).isInstanceOf(CapsaFullException.class);
    small.free(block);
    assertThat(small.allocatedBlocks()).isEqualTo(1);
    assertThat(small.allocate()).isEqualTo(block);
  }
}
