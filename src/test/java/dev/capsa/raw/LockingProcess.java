package dev.capsa.raw;

import dev.capsa.CapsaLockedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process of its own that takes the lock of a container. */
final class LockingProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private LockingProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts a process that runs {@link #main}. */
  static LockingProcess start(Path container, String task) throws IOException {
    String classes =
        Stream.of(ContainerLock.class, LockingProcess.class)
            .map(LockingProcess::location)
            .distinct()
            .collect(Collectors.joining(System.getProperty("path.separator")));
    return new LockingProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classes,
                LockingProcess.class.getName(),
                container.toString(),
                task)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The next line it says; null when it has ended. */
  String line() {
    try {
      return output.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets a process that holds the lock release it and end. */
  void release() throws IOException, InterruptedException {
    process.getOutputStream().close();
    await();
  }

  /** Ends the process as a crash does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    await();
  }

  private void await() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + pid() + " does not end");
    }
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /**
   * Either {@code hold}: takes the lock, says {@code held} or why not, and holds it until its input
   * ends. Or {@code read} with a number: registers a reader, says that a commit of this number is
   * read, or for 0 says nothing of that, prints whether it is protected, and stays until its input
   * ends. Or a number: says {@code ready}, takes and releases the lock that often, and says how
   * often another held it at the same time.
   */
  public static void main(String[] arguments) throws IOException {
    Path container = Path.of(arguments[0]);
    if (arguments[1].equals("hold")) {
      try (ContainerLock lock = ContainerLock.acquire(container)) {
        System.out.println("held");
        while (System.in.read() >= 0) {}
      } catch (CapsaLockedException e) {
        System.out.println(e.getMessage());
      }
    } else if (arguments[1].startsWith("read")) {
      long sequence = Long.parseLong(arguments[1].substring("read".length()));
      try (ContainerAccess reader = ContainerAccess.open(container, true)) {
        if (sequence > 0) {
          reader.reads(new ReadState(sequence, 4096 * sequence, 1000, -sequence));
        }
        System.out.println(reader.protectsReads());
        while (System.in.read() >= 0) {}
      }
    } else {
      System.out.println("ready");
      System.out.println(contend(container, Integer.parseInt(arguments[1])));
    }
  }

  /**
   * Registers as a reader each time, and takes the lock. Returns how often another held the lock at
   * the same time, or the holder did not see the reader.
   */
  static int contend(Path container, int times) throws IOException {
    Path witness = container.resolveSibling("witness");
    int together = 0;
    for (int done = 0; done < times; ) {
      try (ContainerAccess reader = ContainerAccess.open(container, true);
          ContainerLock lock = ContainerLock.acquire(container)) {
        if (!reader.protectsReads() || lock.others().isEmpty()) {
          together++;
        }
        try {
          Files.createFile(witness);
          Files.delete(witness);
        } catch (FileAlreadyExistsException e) {
          together++;
        }
        done++;
      } catch (CapsaLockedException e) {
        Thread.onSpinWait();
      }
    }
    return together;
  }
}
