package dev.capsa.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class MemoryRawStorageTest extends RawStorageContract {
  @Override
  RawStorage create() {
    return new MemoryRawStorage();
  }

  @Override
  RawStorage reopen(RawStorage closing) {
    return ((MemoryRawStorage) closing).reopen();
  }

  @Test
  void the_limit_is_kept_and_the_old_length_too() throws IOException {
    try (MemoryRawStorage limited = new MemoryRawStorage(100_000)) {
      limited.resize(100_000);
      limited.write(99_999, ByteBuffer.wrap(new byte[] {1}));
      assertThatThrownBy(() -> limited.resize(100_001))
          .isInstanceOf(CapsaFullException.class)
          .hasMessageContaining("from 100000 to 100001")
          .hasMessageContaining("limit is 100000");
      assertThat(limited.length()).isEqualTo(100_000);
    }
    assertThatThrownBy(() -> medium.resize(Long.MAX_VALUE)).isInstanceOf(CapsaFullException.class);
  }

  @Test
  void opening_again_closes_the_first() throws IOException {
    MemoryRawStorage first = new MemoryRawStorage(10);
    first.resize(10);
    try (MemoryRawStorage second = first.reopen()) {
      assertThatThrownBy(first::length).isInstanceOf(ClosedChannelException.class);
      assertThat(second.length()).isEqualTo(10);
      assertThatThrownBy(() -> second.resize(11)).isInstanceOf(CapsaFullException.class);
    }
  }

  @Test
  void length_alone_takes_little_memory() throws IOException {
    medium.resize(8L << 30);
    medium.write((8L << 30) - 1, ByteBuffer.wrap(new byte[] {7}));
    assertThat(read((8L << 30) - 1, 1)).containsExactly(7);
  }
}
