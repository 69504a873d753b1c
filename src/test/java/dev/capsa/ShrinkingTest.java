package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deleting gives space back to the host, while the container is open and when it is closed. */
class ShrinkingTest {
  private static final long FILLED_BYTES =
      Integer.getInteger("capsa.shrinking.mib", 200) * 1048576L;
  private static final long EMPTIED_BYTES = 4 << 20;
  private static final int ROUNDS = 200;

  @TempDir Path folder;

  private Path container() {
    return folder.resolve("c.capsa");
  }

  /** Files of all sizes, and more of the small ones. */
  private static void fill(CapsaFileSystem fs, long bytes) throws IOException {
    Random random = new Random(5);
    byte[] content = new byte[8 << 20];
    random.nextBytes(content);
    long written = 0;
    for (int i = 0; written < bytes; i++) {
      Path directory = fs.getPath("/d" + i / 100);
      if (i % 100 == 0) {
        Files.createDirectory(directory);
      }
      int length = 1 << (4 + random.nextInt(20));
      length = Math.min(length + random.nextInt(length), content.length);
      Files.write(directory.resolve("f" + i), Arrays.copyOf(content, length));
      written += length;
    }
  }

  private static void empty(CapsaFileSystem fs) throws IOException {
    try (Stream<Path> all = Files.walk(fs.getPath("/"))) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        if (each.getNameCount() > 0) {
          Files.delete(each);
        }
      }
    }
  }

  @Test
  void a_container_that_is_filled_and_emptied_ends_under_4_MiB() throws IOException {
    try (CapsaFileSystem fs = Capsa.create(container())) {
      fill(fs, FILLED_BYTES);
      fs.sync();
      assertThat(Files.size(container())).isGreaterThan(FILLED_BYTES);
      empty(fs);
    }
    assertThat(Files.size(container())).isLessThan(EMPTIED_BYTES);
    assertThat(Capsa.check(container())).isEmpty();
  }

  @Test
  void a_few_large_files_that_are_deleted_at_once_leave_little() throws Exception {
    try (CapsaFileSystem fs = Capsa.create(container())) {
      byte[] content = new byte[(int) (FILLED_BYTES / 20)];
      for (int i = 0; i < 20; i++) {
        Files.write(fs.getPath("/f" + i), content);
      }
      fs.sync();
      empty(fs);
      awaitLength(EMPTIED_BYTES);
    }
    assertThat(Files.size(container())).isLessThan(EMPTIED_BYTES);
    assertThat(Capsa.check(container())).isEmpty();
  }

  @Test
  void an_open_container_that_is_emptied_gets_short_while_nobody_writes() throws Exception {
    try (CapsaFileSystem fs = Capsa.create(container())) {
      fill(fs, FILLED_BYTES);
      fs.sync();
      empty(fs);
      awaitLength(EMPTIED_BYTES);
    }
    assertThat(Capsa.check(container())).isEmpty();
  }

  private void awaitLength(long most) throws Exception {
    // Cuts may be a minute apart, the larger the file the more there are.
    long end = System.nanoTime() + 60_000_000_000L + FILLED_BYTES * 100;
    while (Files.size(container()) >= most) {
      assertThat(System.nanoTime()).as("length " + Files.size(container())).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
