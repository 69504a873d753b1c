package dev.capsa.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed at random moments while it works; the next one finds the state of one step,
 * not older than the last one that was said to be durable, and goes on in the same container.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("capsa.kills", 200);

  /** Containers that are worked on, and killed, at the same time. */
  private static final int CONTAINERS = 2;

  @Test
  void a_killed_process_leaves_the_state_of_one_step(@TempDir Path directory) throws Exception {
    long seed = Long.getLong("capsa.seed", System.nanoTime());
    ExecutorService executor = Executors.newFixedThreadPool(CONTAINERS);
    try {
      List<Future<Long>> series = new ArrayList<>();
      for (int i = 0; i < CONTAINERS; i++) {
        Path container = directory.resolve("killed" + i + ".capsa");
        long own = seed + i;
        series.add(executor.submit(() -> killAgainAndAgain(container, own)));
      }
      long steps = 0;
      for (Future<Long> each : series) {
        steps += each.get();
      }
      System.out.println("kills: " + KILLS + ", steps: " + steps + ", seed: " + seed);
      assertThat(steps).isGreaterThan(KILLS / 2);
    } finally {
      executor.shutdownNow();
    }
  }

  /** One container's part of the kills; the last step that was durable in the end. */
  private static long killAgainAndAgain(Path container, long seed) throws Exception {
    Random random = new Random(seed);
    long durable = 0;
    for (int kill = 0; kill <= KILLS / CONTAINERS; kill++) {
      Process process = start(container);
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        String opened = out.readLine();
        assertThat(opened).as("seed %d, kill %d", seed, kill).startsWith("opened ");
        assertThat(stepOf(opened))
            .as("seed %d, kill %d", seed, kill)
            .isBetween(durable, durable + 1);
        durable = stepOf(opened);
        int steps = random.nextInt(4);
        for (int i = 0; i < steps; i++) {
          durable = stepOf(out.readLine());
        }
        LockSupport.parkNanos(random.nextInt(8_000_000));
        process.toHandle().destroyForcibly();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          durable = line.startsWith("durable ") ? stepOf(line) : durable;
        }
      }
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
    return durable;
  }

  private static long stepOf(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }

  private static Process start(Path container) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-ea",
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            container.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
