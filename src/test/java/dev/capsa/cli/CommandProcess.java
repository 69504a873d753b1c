package dev.capsa.cli;

import dev.capsa.Capsa;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** A command line in a process of its own. */
final class CommandProcess implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;

  private CommandProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts one.
   *
   * @param folder where to keep what it writes
   * @param locale what LC_ALL is set to
   * @param jvm arguments of the virtual machine
   */
  static CommandProcess start(Path folder, String locale, List<String> jvm, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-ea"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(Arrays.asList(CommandRun.texts(arguments)));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("LC_ALL", locale);
    return new CommandProcess(builder.start(), out, err);
  }

  /** What the packaged command line has; on that of the tests lie other providers, which log. */
  static String classPath() {
    List<String> places = new ArrayList<>();
    for (Class<?> each : List.of(Main.class, Capsa.class, CommandLine.class)) {
      places.add(
          Path.of(URI.create(each.getProtectionDomain().getCodeSource().getLocation().toString()))
              .toString());
    }
    return String.join(System.getProperty("path.separator"), places);
  }

  static CommandProcess start(Path folder, Object... arguments) throws IOException {
    return start(folder, "C.UTF-8", List.of(), arguments);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as a crash does. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    await();
  }

  private void await() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " does not end");
    }
  }

  /** Waits for its end. */
  CommandRun end() throws InterruptedException, IOException {
    await();
    return new CommandRun(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
