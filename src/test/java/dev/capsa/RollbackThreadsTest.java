package dev.capsa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers and writers while the whole container goes to and fro between two states. */
class RollbackThreadsTest {
  private static final int ROLLBACKS = 120;
  private static final int FILES = 6;

  @TempDir Path folder;

  /** A part of a thread's work, again and again. */
  private interface Part {
    void run(Random random) throws Exception;
  }

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  @Test
  void a_read_has_one_state_and_a_write_is_done_wholly_or_refused() throws Exception {
    Path container = folder.resolve("a.capsa");
    CapsaOptions options = Capsa.options().create(true).maxSize(1 << 30);
    try (CapsaFileSystem fs = Capsa.open(container, options)) {
      make(fs, 'A', 150_000);
      Revision one = fs.snapshot("A");
      make(fs, 'B', 70_000);
      Revision other = fs.snapshot("B");
      List<Map<String, Long>> states = List.of(sizes(fs, one), sizes(fs, other));
      ExecutorService executor = Executors.newFixedThreadPool(6);
      try {
        List<Future<?>> parts = new ArrayList<>();
        List<FileChannel> open = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
          open.add(FileChannel.open(fs.getPath("/f" + i), READ));
        }
        parts.add(loop(executor, 1, random -> readOpen(open.get(random.nextInt(FILES)), random)));
        parts.add(loop(executor, 2, random -> readNew(fs, random)));
        parts.add(loop(executor, 3, random -> write(fs, "x", random)));
        parts.add(loop(executor, 4, random -> write(fs, "y", random)));
        parts.add(loop(executor, 5, random -> changeNames(fs, random)));
        for (int i = 0; i < ROLLBACKS; i++) {
          Revision undo = fs.rollback(i % 2 == 0 ? "A" : "B");
          if (undo.snapshot().orElse("").startsWith("before")) {
            fs.deleteSnapshot(undo.snapshot().orElseThrow());
          }
        }
        over.set(true);
        for (Future<?> part : parts) {
          part.get();
        }
        for (FileChannel each : open) {
          each.close();
        }
      } finally {
        over.set(true);
        executor.shutdownNow();
      }
      List<CapsaFileSystem.Fault> faults = new ArrayList<>();
      fs.check(faults::add);
      assertThat(faults).isEmpty();
      fs.rollback("A");
      assertThat(sizes(fs)).isEqualTo(states.get(0));
      assertThat(fs.diff(one)).isEmpty();
      fs.rollback("B");
      assertThat(sizes(fs)).isEqualTo(states.get(1));
      assertThat(fs.diff(other)).isEmpty();
    }
    assertThat(Capsa.check(container)).isEmpty();
    System.out.printf(
        "%d rollbacks, %d reads, %d writes, %d refused for room%n",
        ROLLBACKS, reads.get(), writes.get(), refused.get());
    assertThat(reads.get()).isGreaterThan(ROLLBACKS);
    assertThat(writes.get()).isGreaterThan(ROLLBACKS);
  }

  private Future<?> loop(ExecutorService executor, long seed, Part part) {
    return executor.submit(
        () -> {
          Random random = new Random(seed);
          while (!over.get()) {
            part.run(random);
          }
          return null;
        });
  }

  private static void make(CapsaFileSystem fs, char with, int length) throws IOException {
    for (int i = 0; i < FILES; i++) {
      Files.writeString(fs.getPath("/f" + i), String.valueOf(with).repeat(length));
    }
    Files.createDirectories(fs.getPath("/d" + with));
    Files.writeString(fs.getPath("/d" + with + "/inner"), "inner");
  }

  private static Map<String, Long> sizes(CapsaFileSystem fs, Revision of) throws IOException {
    try (CapsaFileSystem then = fs.openRevision(of.number())) {
      return sizes(then);
    }
  }

  private static Map<String, Long> sizes(CapsaFileSystem fs) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(fs.getPath("/"))) {
      for (Path each : (Iterable<Path>) all::iterator) {
        sizes.put(each.toString(), Files.isDirectory(each) ? -1 : Files.size(each));
      }
    }
    return sizes;
  }

  /** What is read at once is of one state, up to its end. */
  private void readOpen(FileChannel channel, Random random) throws IOException {
    long position = random.nextInt(4) == 0 ? 0 : random.nextInt(150_000);
    ByteBuffer bytes = ByteBuffer.allocate(1 + random.nextInt(100_000));
    int count = channel.read(bytes, position);
    if (count > 0) {
      requireOne(Arrays.copyOf(bytes.array(), count), position);
    }
    reads.incrementAndGet();
  }

  private void readNew(CapsaFileSystem fs, Random random) throws IOException {
    try (FileChannel channel = FileChannel.open(fs.getPath("/f" + random.nextInt(FILES)), READ)) {
      readOpen(channel, random);
    }
  }

  private static void requireOne(byte[] bytes, long position) {
    byte first = bytes[0];
    int most = first == 'A' ? 150_000 : 70_000;
    assertThat(first == 'A' || first == 'B').as("byte %d at %d", first, position).isTrue();
    assertThat(position + bytes.length).isLessThanOrEqualTo(most);
    for (byte each : bytes) {
      assertThat(each).isEqualTo(first);
    }
  }

  /** Appends to a file that neither state has: it may lose its name, but no bytes meanwhile. */
  private void write(CapsaFileSystem fs, String name, Random random) throws IOException {
    Path path = fs.getPath("/" + name + random.nextInt(3));
    try (FileChannel channel = FileChannel.open(path, CREATE, APPEND)) {
      long before = channel.size();
      byte[] bytes = name.repeat(1 + random.nextInt(3_000)).getBytes(UTF_8);
      for (int i = 0; i < 4; i++) {
        channel.write(ByteBuffer.wrap(bytes));
        before += bytes.length;
        assertThat(channel.size()).isEqualTo(before);
      }
      writes.incrementAndGet();
    } catch (CapsaFullException e) {
      refused.incrementAndGet();
    } catch (NoSuchFileException e) {
      // It went between the name and the file.
    }
  }

  private void changeNames(CapsaFileSystem fs, Random random) throws IOException {
    Path directory = fs.getPath("/n" + random.nextInt(3));
    Path moved = fs.getPath("/n" + random.nextInt(3)).resolve("m" + random.nextInt(3));
    try {
      Files.createDirectories(directory);
      Path file = Files.createTempFile(directory, "t", "");
      Files.move(file, moved);
      try (DirectoryStream<Path> names = Files.newDirectoryStream(moved.getParent())) {
        for (Path each : names) {
          Files.deleteIfExists(each);
        }
      }
    } catch (CapsaFullException e) {
      refused.incrementAndGet();
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      // All of it went, or came, meanwhile.
    }
  }
}
