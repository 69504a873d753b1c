package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container is checked while others write it. */
class LiveCheckTest {
  private static final int CHECKS = 25;

  @TempDir Path folder;

  @Test
  void a_check_beside_writers_finds_no_fault_and_holds_nobody_up() throws Exception {
    long seed = 99;
    Path container = folder.resolve("live.capsa");
    ExecutorService writers = Executors.newFixedThreadPool(2);
    AtomicBoolean end = new AtomicBoolean();
    try (CapsaFileSystem fs = Capsa.create(container)) {
      List<Future<Integer>> written = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Path directory = Files.createDirectory(fs.getPath("/" + i));
        Random random = new Random(seed + i);
        written.add(writers.submit(() -> write(fs, directory, random, end)));
      }
      List<CapsaFileSystem.Fault> faults = new ArrayList<>();
      for (int i = 0; i < CHECKS; i++) {
        fs.check(faults::add);
      }
      end.set(true);
      for (Future<Integer> each : written) {
        assertThat(each.get(60, TimeUnit.SECONDS)).as("rounds").isGreaterThan(0);
      }
      assertThat(faults).as("seed %d", seed).isEmpty();
    } finally {
      end.set(true);
      writers.shutdown();
    }
    assertThat(Capsa.check(container)).isEmpty();
  }

  /** Makes, overwrites, renames and deletes files; says how many rounds it did. */
  private static int write(CapsaFileSystem fs, Path directory, Random random, AtomicBoolean end)
      throws IOException {
    int rounds = 0;
    while (!end.get() || rounds == 0) {
      Path file = directory.resolve("f" + random.nextInt(30));
      switch (random.nextInt(4)) {
        case 0 -> Files.deleteIfExists(file);
        case 1 -> {
          if (Files.exists(file)) {
            Files.move(file, directory.resolve("moved" + random.nextInt(1 << 30)));
          }
        }
        default -> {
          byte[] bytes = new byte[1 << random.nextInt(19)];
          random.nextBytes(bytes);
          Files.write(file, bytes);
        }
      }
      if (++rounds % 10 == 0) {
        fs.sync();
      }
    }
    return rounds;
  }
}
