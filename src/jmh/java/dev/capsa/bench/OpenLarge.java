package dev.capsa.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Opens a container of many files of 64 bytes and reads one; prints the time, the first in the JVM
 * and warm, and the heap that the open container holds. Arguments: numbers of files.
 */
public final class OpenLarge {
  private static final int ROUNDS = 30;

  private OpenLarge() {}

  /** Arguments: numbers of files, as 10000 1000000. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    out.println("| files | container | first open and read | warm, median | least | heap held |");
    out.println("|--:|--:|--:|--:|--:|--:|");
    for (String arg : args) {
      int files = Integer.parseInt(arg);
      Path container = Path.of("target/bench/open-" + files + ".capsa");
      Files.createDirectories(container.getParent());
      URI uri = URI.create("capsa://" + container.toAbsolutePath());
      if (!Files.exists(container)) {
        fill(uri, files);
      }
      long[] nanos = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of())) {
          read(fs, (int) (round * 7_919L % files));
          nanos[round] = System.nanoTime() - start;
        }
      }
      long first = nanos[0];
      Arrays.sort(nanos);
      out.printf(
          "| %,d | %.1f MiB | %.1f ms | %.2f ms | %.2f ms | %.0f KiB |%n",
          files,
          Files.size(container) / 1048576.0,
          first / 1e6,
          nanos[ROUNDS / 2] / 1e6,
          nanos[0] / 1e6,
          heap(uri, files) / 1024.0);
    }
  }

  private static void fill(URI uri, int files) throws IOException {
    byte[] content = new byte[64];
    try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
      for (int i = 0; i < files; i++) {
        if (i % 1000 == 0) {
          Files.createDirectory(fs.getPath("/d" + i / 1000));
        }
        content[i % 64]++;
        Files.write(path(fs, i), content);
      }
    }
  }

  private static Path path(FileSystem fs, int file) {
    return fs.getPath("/d" + file / 1000 + "/file" + file);
  }

  private static void read(FileSystem fs, int file) throws IOException {
    if (Files.readAllBytes(path(fs, file)).length != 64) {
      throw new IllegalStateException("file " + file + " does not have 64 bytes");
    }
  }

  /** Used heap with the container open and one file read, less that without it. */
  private static long heap(URI uri, int files) throws IOException {
    long before = used();
    try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of())) {
      read(fs, files / 2);
      return used() - before;
    }
  }

  private static long used() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
