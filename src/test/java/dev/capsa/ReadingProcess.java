package dev.capsa;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of its own that reads a container, while the test writes it. */
final class ReadingProcess implements AutoCloseable {
  static final int FILES = 6;

  private final Process process;
  private final BufferedReader output;
  private final PrintWriter input;

  private ReadingProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.input = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** Starts one, and waits until it has opened the container. */
  static ReadingProcess start(Path container) throws IOException {
    return opened(start(container, "accessMode=readOnly"));
  }

  /** Starts one that reads a snapshot. */
  static ReadingProcess showing(Path container, String snapshot) throws IOException {
    return opened(start(container, "snapshot=" + snapshot));
  }

  private static ReadingProcess opened(ReadingProcess started) throws IOException {
    String line = started.output.readLine();
    if (!"opened".equals(line)) {
      throw new AssertionError("the reader says " + line);
    }
    return started;
  }

  /** Has a process open the container for writing; what it says then. */
  static String tryToWrite(Path container) throws IOException {
    try (ReadingProcess started = start(container, "accessMode=readWrite")) {
      return started.output.readLine();
    }
  }

  private static ReadingProcess start(Path container, String environment) throws IOException {
    return new ReadingProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-ea",
                "-cp",
                System.getProperty("java.class.path"),
                ReadingProcess.class.getName(),
                container.toString(),
                environment)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Has it read every byte; {@code step n} if they are all of step n, else why not. */
  String read() throws IOException {
    input.println("read");
    return output.readLine();
  }

  /** Ends it as a crash does. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    await();
  }

  private void await() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " does not end");
    }
  }

  /** Lets it close the container and end. */
  void end() throws InterruptedException {
    input.close();
    await();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** What the files of a container hold after a step. */
  static byte[] content(long step, int file) {
    byte[] bytes = new byte[file * 60_000 + 1000];
    Arrays.fill(bytes, (byte) (step * FILES + file));
    return bytes;
  }

  /** Arguments: container, key=value. Reads once for each line of input, and closes at its end. */
  public static void main(String[] arguments) throws IOException {
    URI uri = URI.create("capsa:" + Path.of(arguments[0]).toUri());
    String[] entry = arguments[1].split("=");
    try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of(entry[0], entry[1]));
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("opened");
      while (commands.readLine() != null) {
        System.out.println(readAll(fs));
      }
    } catch (CapsaLockedException e) {
      System.out.println(e);
    }
  }

  private static String readAll(FileSystem fs) {
    try {
      long step = Long.parseLong(Files.readString(fs.getPath("/step")));
      for (int file = 0; file < FILES; file++) {
        if (!Arrays.equals(Files.readAllBytes(fs.getPath("/f" + file)), content(step, file))) {
          return "file " + file + " has other bytes than those of step " + step;
        }
      }
      return "step " + step;
    } catch (IOException e) {
      return e.toString();
    }
  }
}
