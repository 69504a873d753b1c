package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The defaults fit into a small heap. */
class SmallHeapTest {
  private static final int BYTES = 120 << 20;
  private static final int CHUNK = 100_000;

  @TempDir Path folder;

  @Test
  void a_file_of_several_times_the_heap_is_written_and_read() throws Exception {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapTest.class.getName(),
                folder.resolve("large.capsa").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output).strip()).endsWith("the same");
    assertThat(process.exitValue()).isZero();
  }

  /** Argument: container. */
  public static void main(String[] arguments) throws IOException {
    Path container = Path.of(arguments[0]);
    byte[] chunk = new byte[CHUNK];
    try (FileSystem fs = Capsa.open(container, Capsa.options().create(true));
        OutputStream out = Files.newOutputStream(fs.getPath("/large"))) {
      Random random = new Random(5);
      for (int at = 0; at < BYTES; at += CHUNK) {
        random.nextBytes(chunk);
        out.write(chunk);
      }
    }
    try (FileSystem fs = Capsa.open(container);
        InputStream in = Files.newInputStream(fs.getPath("/large"))) {
      Random random = new Random(5);
      boolean same = true;
      for (int at = 0; at < BYTES; at += CHUNK) {
        random.nextBytes(chunk);
        same &= java.util.Arrays.equals(chunk, in.readNBytes(CHUNK));
      }
      System.out.println(same && in.read() < 0 ? "the same" : "other bytes");
    }
  }
}
