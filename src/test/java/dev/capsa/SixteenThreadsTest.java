package dev.capsa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sixteen threads may rely on when they use the same names at once, commits between. */
class SixteenThreadsTest {
  private static final int THREADS = 16;

  @TempDir Path folder;

  private FileSystem fs;

  @BeforeEach
  void open() throws IOException {
    Map<String, Object> environment = Map.of("create", true, "commitInterval", "PT0.005S");
    fs =
        java.nio.file.FileSystems.newFileSystem(
            java.net.URI.create("capsa:" + folder.resolve("c.capsa").toUri()), environment);
  }

  @AfterEach
  void close_and_check() throws IOException {
    fs.close();
    assertThat(Capsa.check(folder.resolve("c.capsa"))).isEmpty();
  }

  /** What one of the threads does, by its number. */
  private interface Part<T> {
    T run(int thread) throws Exception;
  }

  /** Runs a part in each thread at once; the results by thread. */
  private static <T> List<T> inAll(Part<T> part) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        futures.add(
            executor.submit(
                () -> {
                  start.await();
                  return part.run(thread);
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void one_of_all_that_create_a_file_newly_has_made_it() throws Exception {
    for (int round = 0; round < 200; round++) {
      Path file = fs.getPath("/f" + round);
      List<Boolean> made =
          inAll(
              thread -> {
                try {
                  Files.write(file, ("by " + thread).getBytes(UTF_8), CREATE_NEW, WRITE);
                  return true;
                } catch (FileAlreadyExistsException e) {
                  return false;
                }
              });
      assertThat(made).containsOnlyOnce(true);
      assertThat(Files.readString(file)).isEqualTo("by " + made.indexOf(true));
    }
  }

  @Test
  void nothing_that_is_appended_is_lost_or_torn() throws Exception {
    Path file = Files.createFile(fs.getPath("/log"));
    int lines = 500;
    inAll(
        thread -> {
          Random random = new Random(thread);
          for (int line = 0; line < lines; line++) {
            String text = thread + " " + line + " " + "x".repeat(random.nextInt(200)) + "\n";
            Files.write(file, text.getBytes(UTF_8), APPEND);
          }
          return thread;
        });
    int[] next = new int[THREADS];
    for (String line : Files.readAllLines(file)) {
      assertThat(line).matches("\\d+ \\d+ x*");
      String[] parts = line.split(" ", 3);
      int thread = Integer.parseInt(parts[0]);
      assertThat(Integer.parseInt(parts[1]))
          .as("lines of thread %d", thread)
          .isEqualTo(next[thread]);
      next[thread]++;
    }
    assertThat(next).containsOnly(lines);
  }

  @Test
  void a_file_that_is_replaced_atomically_is_always_one_whole_version() throws Exception {
    Path file = Files.write(fs.getPath("/f"), version(0));
    AtomicInteger writers = new AtomicInteger(4);
    List<Integer> looks =
        inAll(
            thread -> {
              int done = 0;
              if (thread < 4) {
                Path next = fs.getPath("/next" + thread);
                for (int i = 0; i < 300; i++) {
                  Files.write(next, version(thread * 1000 + i));
                  Files.move(next, file, ATOMIC_MOVE);
                }
                writers.decrementAndGet();
              } else {
                while (writers.get() > 0 || done == 0) {
                  byte[] seen = Files.readAllBytes(file);
                  assertThat(seen).isEqualTo(version(number(seen)));
                  done++;
                }
              }
              return done;
            });
    assertThat(looks.subList(4, THREADS)).allMatch(count -> count > 0);
  }

  /** Bytes that tell their number; of all sizes, from inline to extents. */
  private static byte[] version(int number) {
    int length =
        switch (number % 4) {
          case 0 -> 100;
          case 1 -> 5_000;
          case 2 -> 60_000;
          default -> 100_000;
        };
    byte[] bytes = new byte[length + number % 50];
    new Random(number).nextBytes(bytes);
    bytes[0] = (byte) (number >>> 8);
    bytes[1] = (byte) number;
    return bytes;
  }

  private static int number(byte[] version) {
    return (version[0] & 0xff) << 8 | version[1] & 0xff;
  }

  @Test
  void a_directory_stream_returns_what_stays_exactly_once() throws Exception {
    Path directory = Files.createDirectory(fs.getPath("/d"));
    List<String> stays = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      stays.add("stays" + i * 7919 % 1000);
      Files.createFile(directory.resolve(stays.get(i)));
    }
    AtomicInteger changers = new AtomicInteger(8);
    inAll(
        thread -> {
          if (thread < 8) {
            Random random = new Random(thread);
            for (int i = 0; i < 1500; i++) {
              Path file = directory.resolve("comes and goes" + random.nextInt(300));
              try {
                switch (random.nextInt(3)) {
                  case 0 -> Files.createFile(file);
                  case 1 -> Files.delete(file);
                  default -> Files.move(file, directory.resolve("moved" + random.nextInt(300)));
                }
              } catch (NoSuchFileException | FileAlreadyExistsException e) {
                // Another thread was there before.
              }
            }
            return changers.decrementAndGet();
          }
          do {
            Map<String, Integer> seen = new HashMap<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
              for (Path path : stream) {
                seen.merge(path.getFileName().toString(), 1, Integer::sum);
              }
            }
            Map<String, Integer> stayed = new TreeMap<>(seen);
            stayed.keySet().removeIf(name -> !name.startsWith("stays"));
            assertThat(stayed).hasSize(1000).allSatisfy((name, times) -> assertThat(times).isOne());
            assertThat(seen.values()).as("nothing is returned twice").containsOnly(1);
          } while (changers.get() > 0);
          return 0;
        });
  }
}
