package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChecksumsTest {
  @Test
  void bytes_with_their_own_crc_behind_them_all_look_alike_to_a_crc() {
    assertThat(checksumsOfChecksummed(false)).hasSize(1);
  }

  @Test
  void bytes_with_their_masked_crc_behind_them_do_not() {
    assertThat(checksumsOfChecksummed(true)).hasSize(1000);
  }

  private static Set<Integer> checksumsOfChecksummed(boolean masked) {
    Set<Integer> seen = new HashSet<>();
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      byte[] content = new byte[28];
      random.nextBytes(content);
      ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).put(content);
      int crc = Checksums.crc32c(ByteBuffer.wrap(content));
      bytes.putInt(masked ? Checksums.mask(crc) : crc);
      seen.add(Checksums.crc32c(bytes.flip()));
    }
    return seen;
  }
}
