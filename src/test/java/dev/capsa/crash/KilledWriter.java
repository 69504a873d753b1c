package dev.capsa.crash;

import java.io.PrintStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;

/**
 * The process that is killed: changes several files per step, forces, and says on standard output
 * which step is durable. Each step leaves a state that {@link #verify} can recognise.
 */
final class KilledWriter {
  private static final int FILES = 5;

  private KilledWriter() {}

  /** Arguments: container. Goes on from the step that it finds, until it is killed. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    try (FileSystem fs =
        FileSystems.newFileSystem(
            URI.create("capsa://" + Path.of(args[0]).toAbsolutePath()),
            Map.of("create", "true", "commitInterval", "3600000"))) {
      long step = verify(fs);
      out.println("opened " + step);
      out.flush();
      while (true) {
        step++;
        change(fs, step);
        try (FileChannel root = FileChannel.open(fs.getPath("/"), StandardOpenOption.READ)) {
          root.force(true);
        }
        out.println("durable " + step);
        out.flush();
      }
    }
  }

  private static void change(FileSystem fs, long step) throws Exception {
    Path directory = fs.getPath("/step" + step % 3);
    Files.createDirectories(directory);
    for (int i = 0; i < FILES; i++) {
      Files.write(directory.resolve("new" + i), content(step, i));
      Files.move(
          directory.resolve("new" + i),
          directory.resolve("file" + i),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Path log = fs.getPath("/log");
    Files.write(
        log, new byte[] {(byte) step}, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    Files.writeString(fs.getPath("/step"), Long.toString(step));
  }

  private static byte[] content(long step, int file) {
    byte[] bytes = new byte[(int) ((step * 7919 + file * 104_729) % 90_000)];
    Arrays.fill(bytes, (byte) (step + file));
    return bytes;
  }

  /** The step whose state the file system has, whole; 0 if it has none yet. */
  static long verify(FileSystem fs) throws Exception {
    Path counter = fs.getPath("/step");
    if (!Files.exists(counter)) {
      return 0;
    }
    long step = Long.parseLong(Files.readString(counter));
    require(Files.size(fs.getPath("/log")) == step, "log of step " + step);
    for (long of = step; of > 0 && of > step - 3; of--) {
      for (int i = 0; i < FILES; i++) {
        byte[] found = Files.readAllBytes(fs.getPath("/step" + of % 3, "file" + i));
        require(Arrays.equals(found, content(of, i)), "file" + i + " of step " + of);
        require(!Files.exists(fs.getPath("/step" + of % 3, "new" + i)), "new" + i);
      }
    }
    return step;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " is not what the step left");
    }
  }
}
