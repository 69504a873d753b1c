package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a container: every structure, and every byte of every file. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a container: every structure, and every byte of every file. Changes nothing.",
      "",
      "Each fault is one line: its place (a path where that is known), and what is wrong. The exit"
          + " code is 1 if there is any. A container that a crash has interrupted may have a torn"
          + " slot in a ring until it is opened for writing; that is told, too."
    })
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "<container>", description = "The container.")
  private Path container;

  private long most = 1000;

  @Option(
      names = "--most",
      paramLabel = "<n>",
      description = "Faults to print, 0 or more; all are counted. Default: 1000.")
  private void setMost(long number) {
    if (number < 0) {
      throw new ParameterException(spec.commandLine(), "--most=" + number + " is less than 0");
    }
    most = number;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    AtomicLong faults = new AtomicLong();
    Capsa.check(container, fault -> print(fault, faults.incrementAndGet()));
    spec.commandLine()
        .getOut()
        .printf(
            "checked %s of %s in %s: %s%n",
            Text.bytes(Files.size(container)),
            container,
            Text.seconds(System.nanoTime() - start),
            faults.get() == 0 ? "no faults" : Text.count(faults.get(), "fault", "faults"));
    return faults.get() == 0 ? 0 : 1;
  }

  private void print(CapsaFileSystem.Fault fault, long number) {
    if (number <= most) {
      spec.commandLine().getOut().println(fault);
    }
  }
}
