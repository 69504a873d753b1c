package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link BlockChainStore} does. */
abstract class BlockChainStoreContract {
  private static final long INODE = 7;

  /** The store; the same through a test until {@link #reopened}. */
  abstract BlockChainStore store() throws IOException;

  /** The store with all that was done; numbers of blocks may be others. */
  abstract BlockChainStore reopened() throws IOException;

  @Test
  void two_blocks_make_a_chain() throws IOException {
    BlockChainStore store = store();
    long first = store.allocate();
    long second = store.allocate();
    assertThat(first).isNotEqualTo(second);
    store.write(first, block(1));
    store.write(second, block(2));
    store.setChain(INODE, new long[] {first, second});
    assertThat(store.chain(INODE)).containsExactly(first, second);
    assertThat(read(store, first)).isEqualTo(block(1));
    store = reopened();
    long[] chain = store.chain(INODE);
    assertThat(chain).hasSize(2);
    assertThat(read(store, chain[0])).isEqualTo(block(1));
    assertThat(read(store, chain[1])).isEqualTo(block(2));
    assertThat(store.chain(INODE + 1)).isEmpty();
  }

  @Test
  void a_hole_in_the_middle_stays_and_one_at_the_end_goes() throws IOException {
    BlockChainStore store = store();
    long first = store.allocate();
    long last = store.allocate();
    store.write(last, block(3));
    store.setChain(INODE, new long[] {first, 0, last, 0});
    assertThat(store.chain(INODE)).containsExactly(first, 0, last);
    store = reopened();
    long[] chain = store.chain(INODE);
    assertThat(chain).hasSize(3);
    assertThat(chain[1]).isZero();
    assertThat(read(store, chain[0])).isEqualTo(zeros());
    assertThat(read(store, chain[2])).isEqualTo(block(3));
  }

  @Test
  void a_freed_block_is_neither_written_nor_read() throws IOException {
    BlockChainStore store = store();
    long block = store.allocate();
    store.write(block, block(1));
    store.free(block);
    assertThatThrownBy(() -> store.write(block, block(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + block);
    assertThatThrownBy(() -> store.read(block, zeros()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.setChain(INODE, new long[] {block}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.chain(INODE)).isEmpty();
  }

  @Test
  void a_wrong_length_is_refused() throws IOException {
    BlockChainStore store = store();
    long block = store.allocate();
    store.write(block, block(1));
    for (int length : new int[] {0, 1, store.blockSize() - 1, store.blockSize() + 1}) {
      assertThatThrownBy(() -> store.write(block, ByteBuffer.allocate(length)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.read(block, ByteBuffer.allocate(length)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(read(store, block)).isEqualTo(block(1));
    store.free(block);
  }

  @Test
  void the_chain_that_is_handed_out_is_a_copy() throws IOException {
    BlockChainStore store = store();
    long block = store.allocate();
    long[] given = {block};
    store.setChain(INODE, given);
    given[0] = 99;
    store.chain(INODE)[0] = 98;
    assertThat(store.chain(INODE)).containsExactly(block);
  }

  @Test
  void freeing_twice_is_harmless() throws IOException {
    BlockChainStore store = store();
    long block = store.allocate();
    store.free(block);
    store.free(block);
    store.free(12345);
    long first = store.allocate();
    long second = store.allocate();
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void numbers_are_used_again_without_their_bytes_and_never_0() throws IOException {
    BlockChainStore store = store();
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      long block = store.allocate();
      seen.add(block);
      assertThat(block).isNotZero();
      assertThat(read(store, block)).isEqualTo(zeros());
      store.write(block, block(i));
      store.free(block);
    }
    assertThat(seen).hasSize(1);
  }

  @Test
  void a_block_in_a_chain_is_not_freed() throws IOException {
    BlockChainStore store = store();
    long block = store.allocate();
    store.write(block, block(1));
    store.setChain(INODE, new long[] {0, block});
    assertThatThrownBy(() -> store.free(block)).isInstanceOf(IllegalStateException.class);
    store.setChain(INODE, new long[0]);
    store.free(block);
    assertThat(store.chain(INODE)).isEmpty();
    assertThat(reopened().chain(INODE)).isEmpty();
  }

  @Test
  void a_block_is_in_one_place() throws IOException {
    BlockChainStore store = store();
    long block = store.allocate();
    long other = store.allocate();
    assertThatThrownBy(() -> store.setChain(INODE, new long[] {other, block, block}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.chain(INODE)).isEmpty();
    store.setChain(INODE, new long[] {block});
    assertThatThrownBy(() -> store.setChain(INODE + 1, new long[] {other, block}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.setLink(INODE, 3, block))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.chain(INODE)).containsExactly(block);
    assertThat(store.chain(INODE + 1)).isEmpty();
    store.setChain(INODE, new long[] {0, block, other});
    assertThat(store.chain(INODE)).containsExactly(0, block, other);
  }

  @Test
  void links_are_set_one_by_one() throws IOException {
    BlockChainStore store = store();
    assertThat(store.link(INODE, 5)).isZero();
    long block = store.allocate();
    store.write(block, block(4));
    store.setLink(INODE, 2, block);
    assertThat(store.chain(INODE)).containsExactly(0, 0, block);
    store = reopened();
    long again = store.link(INODE, 2);
    assertThat(read(store, again)).isEqualTo(block(4));
    store.write(again, block(5));
    store = reopened();
    again = store.link(INODE, 2);
    assertThat(read(store, again)).isEqualTo(block(5));
    long fresh = store.allocate();
    store.setLink(INODE, 2, fresh);
    assertThat(read(store, again)).isEqualTo(block(5));
    store.free(again);
    assertThat(store.chain(INODE)).containsExactly(0, 0, fresh);
    store.setLink(INODE, 2, 0);
    store.free(fresh);
    assertThat(store.chain(INODE)).isEmpty();
  }

  @Test
  void random_links_agree_with_a_model() throws IOException {
    long seed = 77;
    Random random = new Random(seed);
    BlockChainStore store = store();
    int[] model = new int[12];
    for (int step = 0; step < 400; step++) {
      int index = random.nextInt(model.length);
      long block = store.link(INODE, index);
      switch (random.nextInt(6)) {
        case 0 -> {
          store.setLink(INODE, index, 0);
          store.free(block);
          model[index] = 0;
        }
        case 1 -> store = reopened();
        case 2 -> {
          long[] chain = store.chain(INODE);
          for (int i = 0, j = chain.length - 1; i < j; i++, j--) {
            long swapped = chain[i];
            chain[i] = chain[j];
            chain[j] = swapped;
          }
          int[] moved = new int[model.length];
          for (int i = 0; i < chain.length; i++) {
            moved[i] = model[chain.length - 1 - i];
          }
          model = moved;
          store.setChain(INODE, chain);
        }
        default -> {
          if (block == 0) {
            block = store.allocate();
            store.setLink(INODE, index, block);
          }
          model[index] = 1 + random.nextInt(100);
          store.write(block, block(store, model[index]));
        }
      }
      for (int i = 0; i < model.length; i++) {
        long at = store.link(INODE, i);
        ByteBuffer expected = model[i] == 0 ? zeros(store) : block(store, model[i]);
        assertThat(at == 0 ? zeros(store) : read(store, at))
            .as("seed %d, step %d, block %d", seed, step, i)
            .isEqualTo(expected);
      }
    }
  }

  private ByteBuffer block(int content) throws IOException {
    return block(store(), content);
  }

  private static ByteBuffer block(BlockChainStore store, int content) {
    byte[] bytes = new byte[store.blockSize()];
    Arrays.fill(bytes, (byte) content);
    return ByteBuffer.wrap(bytes);
  }

  private ByteBuffer zeros() throws IOException {
    return zeros(store());
  }

  private static ByteBuffer zeros(BlockChainStore store) {
    return ByteBuffer.allocate(store.blockSize());
  }

  private static ByteBuffer read(BlockChainStore store, long block) throws IOException {
    ByteBuffer bytes = zeros(store);
    store.read(block, bytes);
    return bytes.flip();
  }
}
