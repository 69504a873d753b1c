package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlocksTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "4096, 1",
    "4097, 2",
    "8192, 2",
    "8193, 3",
    "9223372036854775807, 2251799813685248"
  })
  void sizes_are_counted_in_blocks(long size, long blocks) {
    assertThat(Blocks.blockCount(size, 4096)).isEqualTo(blocks);
  }

  @ParameterizedTest
  @CsvSource({"5000, 1, 904", "0, 0, 0", "4096, 1, 0"})
  void a_byte_lies_in_a_block(long position, long block, int remainder) {
    assertThat(Blocks.blockOffset(position, 4096)).isEqualTo(new Blocks.Offset(block, remainder));
  }

  @ParameterizedTest
  @CsvSource({
    "5000, 4096, 1, 2",
    "4096, 4096, 1, 1",
    "4000, 5000, 0, 3",
    "0, 0, 0, 0",
    "5000, 0, 0, 0",
    "4095, 1, 0, 1",
    "4095, 2, 0, 2"
  })
  void a_range_touches_blocks(long start, long length, long first, long count) {
    assertThat(Blocks.blockRange(start, length, 4096)).isEqualTo(new Blocks.Range(first, count));
  }

  @Test
  void what_is_negative_or_too_large_is_refused() {
    assertThatThrownBy(() -> Blocks.blockCount(-1, 4096))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Blocks.blockOffset(-1, 4096))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Blocks.blockRange(Long.MAX_VALUE, 1, 4096))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
