package dev.capsa.bench;

import java.util.Random;

/** The small files of the benchmarks: 100 B to 16 KiB, 4 KiB on average, 500 to a directory. */
final class SmallFiles {
  static final int PER_DIRECTORY = 500;
  private static final byte[] BYTES = new byte[1 << 20];

  static {
    new Random(42).nextBytes(BYTES);
  }

  private SmallFiles() {}

  static String path(int file) {
    return "d" + file / PER_DIRECTORY + "/file" + file;
  }

  static String absent(int file) {
    return "d" + file / PER_DIRECTORY + "/nofile" + file;
  }

  static byte[] content(int file) {
    Random random = new Random(file);
    double skewed = Math.pow(random.nextDouble(), 3.2);
    int length = 100 + (int) (skewed * (16_384 - 100));
    byte[] content = new byte[length];
    System.arraycopy(BYTES, random.nextInt(BYTES.length - length), content, 0, length);
    return content;
  }

  /** Writes all, with a force after each {@code perForce} files and at the end. */
  static void writeAll(Peer peer, byte[][] contents, int perForce) throws Exception {
    for (int i = 0; i < contents.length; i++) {
      if (i % PER_DIRECTORY == 0) {
        peer.directory("d" + i / PER_DIRECTORY);
      }
      peer.write(path(i), contents[i]);
      if ((i + 1) % perForce == 0) {
        peer.force();
      }
    }
    peer.force();
  }

  static byte[][] contents(int files) {
    byte[][] contents = new byte[files][];
    for (int i = 0; i < files; i++) {
      contents[i] = content(i);
    }
    return contents;
  }
}
