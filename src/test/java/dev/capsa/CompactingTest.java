package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A container that has lost most of its files gets short, while others read and write. */
class CompactingTest {
  private static final long FILLED_BYTES =
      Integer.getInteger("capsa.compacting.mib", 200) * 1048576L;
  private static final double MOST = 1.15;

  /** What somebody fills while it is compacted: three segments of 4 MiB, and three before them. */
  private static final long IN_HAND_BYTES = 6 * (4 << 20);

  @TempDir Path folder;

  private final Map<String, Integer> lengths = new HashMap<>();

  private Path container() {
    return folder.resolve("c.capsa");
  }

  private static byte[] content(String name, int length) {
    byte[] bytes = new byte[length];
    new Random(name.hashCode()).nextBytes(bytes);
    return bytes;
  }

  private void write(CapsaFileSystem fs, String name, int length) throws IOException {
    Files.write(fs.getPath(name), content(name, length));
    lengths.put(name, length);
  }

  private void fill(CapsaFileSystem fs, long bytes, int mostLog) throws IOException {
    Random random = new Random(5);
    long written = 0;
    for (int i = 0; written < bytes; i++) {
      int length = 1 << (6 + random.nextInt(mostLog - 6));
      length += random.nextInt(length);
      write(fs, "/f" + i, length);
      written += length;
    }
  }

  /** Deletes nine of ten, wherever they are. */
  private void deleteMost(CapsaFileSystem fs) throws IOException {
    Random random = new Random(6);
    List<String> names = new ArrayList<>(lengths.keySet());
    names.sort(null);
    for (String name : names) {
      if (random.nextInt(10) > 0) {
        Files.delete(fs.getPath(name));
        lengths.remove(name);
      }
    }
  }

  private void verify(CapsaFileSystem fs) throws IOException {
    for (Map.Entry<String, Integer> each : lengths.entrySet()) {
      assertThat(Files.readAllBytes(fs.getPath(each.getKey())))
          .as(each.getKey())
          .isEqualTo(content(each.getKey(), each.getValue()));
    }
  }

  private void compactAfterDeleting(int mostLog) throws IOException {
    long live;
    try (CapsaFileSystem fs = Capsa.create(container())) {
      fill(fs, FILLED_BYTES, mostLog);
      fs.sync();
      deleteMost(fs);
      fs.sync();
      long before = Files.size(container());
      fs.compact();
      live = fs.usage().liveBytes();
      assertThat((double) Files.size(container()))
          .as("besides what is reserved while it is open")
          .isLessThan(MOST * live + (12 << 20));
      verify(fs);
      System.out.printf("compaction: %,d bytes, %,d live, ", before, live);
    }
    long after = Files.size(container());
    System.out.printf("%,d after it: %.3f%n", after, (double) after / live);
    assertThat((double) Files.size(container())).isLessThan(MOST * live);
    assertThat(Capsa.check(container())).isEmpty();
    try (CapsaFileSystem fs = Capsa.open(container())) {
      verify(fs);
      write(fs, "/new", 3 << 20);
      deleteMost(fs);
    }
    assertThat(Capsa.check(container())).isEmpty();
    try (CapsaFileSystem fs = Capsa.open(container(), Capsa.options().readOnly(true))) {
      verify(fs);
    }
  }

  @Test
  void after_nine_of_ten_files_of_all_sizes_are_deleted_the_file_has_at_most_1_15_of_what_is_left()
      throws IOException {
    compactAfterDeleting(21);
  }

  @Test
  void after_nine_of_ten_small_files_are_deleted_the_file_has_at_most_1_15_of_what_is_left()
      throws IOException {
    compactAfterDeleting(16);
  }

  @Test
  void the_file_that_is_compacted_and_filled_again_is_not_longer_than_before() throws IOException {
    try (CapsaFileSystem fs = Capsa.create(container())) {
      fill(fs, FILLED_BYTES / 2, 20);
      fs.sync();
      long filled = Files.size(container());
      deleteMost(fs);
      fs.compact();
      assertThat(Files.size(container())).isLessThan(filled / 3);
      lengths.clear();
      fill(fs, FILLED_BYTES / 2, 20);
      write(fs, "/large", 24 << 20);
      fs.sync();
      assertThat(Files.size(container())).isLessThan(filled + filled / 4 + (48 << 20));
      fs.compact();
      verify(fs);
    }
    assertThat(Capsa.check(container())).isEmpty();
  }

  @Test
  void while_others_read_and_write_it_gets_as_short() throws Exception {
    long live;
    try (CapsaFileSystem fs = Capsa.create(container())) {
      fill(fs, FILLED_BYTES, 18);
      fs.sync();
      deleteMost(fs);
      fs.sync();
      long before = Files.size(container());
      AtomicBoolean over = new AtomicBoolean();
      CountDownLatch atWork = new CountDownLatch(2);
      ExecutorService threads = Executors.newFixedThreadPool(2);
      Future<?> reader =
          threads.submit(
              () -> {
                atWork.countDown();
                do {
                  verify(fs);
                } while (!over.get());
                return null;
              });
      Future<Integer> writer =
          threads.submit(
              () -> {
                int written = 0;
                atWork.countDown();
                for (; !over.get(); written++) {
                  Path file = fs.getPath("/w" + written % 50);
                  Files.deleteIfExists(file);
                  Files.write(file, content("w" + written % 50, 100 + written % 50 * 3000));
                  fs.sync();
                }
                return written;
              });
      atWork.await();
      fs.compact();
      long length = Files.size(container());
      live = fs.usage().liveBytes();
      over.set(true);
      reader.get();
      int written = writer.get();
      threads.shutdown();
      System.out.printf(
          "compaction beside %,d files written: %,d bytes, %,d live, %,d after it: %.3f%n",
          written, before, live, length, (double) length / live);
      assertThat(written).isPositive();
      assertThat((double) length)
          .as("besides what the writer has in hand, and grows the file by")
          .isLessThan(MOST * live + IN_HAND_BYTES + length / 8);
      for (int i = 0; i < Math.min(50, written); i++) {
        assertThat(Files.readAllBytes(fs.getPath("/w" + i)))
            .isEqualTo(content("w" + i, 100 + i * 3000));
      }
      verify(fs);
    }
    System.out.printf("closed: %.3f%n", (double) Files.size(container()) / live);
    assertThat((double) Files.size(container())).isLessThan(MOST * live + IN_HAND_BYTES);
    assertThat(Capsa.check(container())).isEmpty();
  }

  /** A compaction by a thread that has begun. */
  private static Future<Void> compacting(CapsaFileSystem fs, ExecutorService thread)
      throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Future<Void> compactor =
        thread.submit(
            () -> {
              begun.countDown();
              fs.compact();
              return null;
            });
    begun.await();
    return compactor;
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void the_first_write_after_opening_and_a_compaction_do_not_wait_for_each_other()
      throws Exception {
    Capsa.create(container()).close();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    for (int i = 0; i < 60; i++) {
      try (CapsaFileSystem fs = Capsa.open(container())) {
        Future<Void> compactor = compacting(fs, thread);
        for (int n = 0; n < 20; n++) {
          write(fs, "/f" + n, 10 + i);
        }
        compactor.get();
        verify(fs);
      }
    }
    thread.shutdown();
    assertThat(Capsa.check(container())).isEmpty();
  }

  @Test
  void closing_waits_for_a_step_of_compaction_and_for_no_more() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<Void> compactor;
    try (CapsaFileSystem fs = Capsa.create(container())) {
      fill(fs, FILLED_BYTES / 2, 18);
      fs.sync();
      deleteMost(fs);
      fs.sync();
      compactor = compacting(fs, thread);
      long sequence = fs.revision().number();
      while (fs.revision().number() == sequence) {
        Thread.onSpinWait(); // until a step is committed
      }
    }
    assertThatThrownBy(compactor::get).hasCauseInstanceOf(ClosedFileSystemException.class);
    thread.shutdown();
    assertThat(Capsa.check(container())).isEmpty();
    try (CapsaFileSystem fs = Capsa.open(container())) {
      verify(fs);
    }
  }

  @Test
  void an_interrupted_thread_stops_after_a_step_and_stays_interrupted() throws IOException {
    try (CapsaFileSystem fs = Capsa.create(container())) {
      fill(fs, 16 << 20, 18);
      fs.sync();
      deleteMost(fs);
      Thread.currentThread().interrupt();
      fs.compact();
      assertThat(Thread.interrupted()).isTrue();
      verify(fs);
    }
    assertThat(Capsa.check(container())).isEmpty();
  }

  @Test
  void a_container_that_is_open_for_reading_only_is_not_compacted() throws IOException {
    Capsa.create(container()).close();
    try (CapsaFileSystem fs = Capsa.open(container(), Capsa.options().readOnly(true))) {
      assertThatThrownBy(fs::compact).isInstanceOf(ReadOnlyFileSystemException.class);
    }
  }
}
