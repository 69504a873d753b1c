package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sixteen threads read, write, rename, delete and list at once, some of them interrupted: first as
 * a container is opened by default, then with mapped reads of which two are let go at a time. Every
 * file always holds one byte value throughout, so a read that sees a mixture, or a file that is
 * missing though it was only replaced, is found.
 */
class ManyThreadsTest {
  private static final int THREADS = 16;
  private static final int SECONDS = Integer.getInteger("capsa.threads.seconds", 60);
  private static final int SHARED = 8;

  @ParameterizedTest
  @CsvSource({"channel, 0", "mapped, 2"})
  void sixteen_threads_never_see_a_mixture_and_an_interrupt_hurts_its_own_channel_alone(
      String reads, String diskTokens, @TempDir Path directory) throws Exception {
    Path container = directory.resolve("threads.capsa");
    URI uri = URI.create("capsa://" + container);
    AtomicLong operations = new AtomicLong();
    AtomicLong interrupts = new AtomicLong();
    Map<String, String> options =
        Map.of("create", "true", "reads", reads, "diskTokens", diskTokens);
    try (FileSystem fs = FileSystems.newFileSystem(uri, options)) {
      Files.createDirectory(fs.getPath("/shared"));
      for (int i = 0; i < SHARED; i++) {
        Files.write(fs.getPath("/shared/file" + i), filled(1, 5000));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS) / 2;
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Callable<Void> work =
            () -> {
              Random random = new Random(thread);
              Files.createDirectory(fs.getPath("/own" + thread));
              while (System.nanoTime() < end) {
                step(fs, thread, random, interrupts);
                operations.incrementAndGet();
              }
              return null;
            };
        all.add(threads.submit(work));
      }
      for (Future<Void> each : all) {
        each.get();
      }
      threads.shutdown();
    }
    System.out.println("operations: " + operations + ", interrupts: " + interrupts);
    assertThat(interrupts).hasPositiveValue();
    assertThat(Capsa.check(container)).isEmpty();
    try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of())) {
      for (int i = 0; i < SHARED; i++) {
        requireUniform(Files.readAllBytes(fs.getPath("/shared/file" + i)));
      }
    }
  }

  private static void step(FileSystem fs, int thread, Random random, AtomicLong interrupts)
      throws IOException {
    Path shared = fs.getPath("/shared/file" + random.nextInt(SHARED));
    Path own = fs.getPath("/own" + thread, "n" + random.nextInt(20));
    switch (random.nextInt(7)) {
      case 0 -> requireUniform(Files.readAllBytes(shared));
      case 1 -> {
        Path fresh = fs.getPath("/own" + thread, "fresh");
        Files.write(fresh, filled(random.nextInt(120), 1 + random.nextInt(100_000)));
        Files.move(fresh, shared, StandardCopyOption.ATOMIC_MOVE);
      }
      case 2 -> Files.write(own, filled(thread, random.nextInt(30_000)));
      case 3 -> Files.deleteIfExists(own);
      case 4 -> {
        try (Stream<Path> listed = Files.list(fs.getPath("/shared"))) {
          assertThat(listed).hasSize(SHARED);
        }
      }
      case 5 -> {
        try {
          byte[] bytes = Files.readAllBytes(own);
          byte[] expected = filled(thread, bytes.length);
          assertThat(Arrays.equals(bytes, expected)).isTrue();
        } catch (NoSuchFileException e) {
          assertThat(Files.exists(own)).isFalse();
        }
      }
      default -> {
        if (random.nextInt(10) == 0) {
          interrupted(shared);
          interrupts.incrementAndGet();
        }
      }
    }
  }

  private static void interrupted(Path file) throws IOException {
    try (FileChannel other = FileChannel.open(file, StandardOpenOption.READ);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Thread.currentThread().interrupt();
      try {
        channel.read(ByteBuffer.allocate(100));
        throw new AssertionError("an interrupted read returned");
      } catch (ClosedByInterruptException e) {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(channel.isOpen()).isFalse();
      assertThat(other.read(ByteBuffer.allocate(1))).isOne();
    }
  }

  private static byte[] filled(int value, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** A byte is the same throughout; files of other lengths are of other moves. */
  private static void requireUniform(byte[] bytes) {
    assertThat(bytes).isNotEmpty();
    assertThat(Arrays.equals(bytes, filled(bytes[0], bytes.length))).isTrue();
  }
}
