package dev.capsa.nio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What tests of copies need. */
final class CopyRig {
  private CopyRig() {}

  /** Bytes that follow from a seed. */
  static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Bytes in use, when all is committed. */
  static long used(CapsaFileSystem fs) throws IOException {
    fs.sync();
    return fs.statistics().usedBytes();
  }

  static void assertWhole(CapsaFileSystem fs) throws IOException {
    List<CapsaFileSystem.Fault> faults = new ArrayList<>();
    fs.check(faults::add);
    assertThat(faults).isEmpty();
  }
}
