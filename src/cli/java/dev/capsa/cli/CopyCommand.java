package dev.capsa.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What packing and unpacking have in common. */
abstract class CopyCommand implements Callable<Integer> {
  private static final int MOST_TOLD = 50;
  private static final int MOST_THREADS = 64;

  @Spec protected CommandSpec spec;

  @ParentCommand protected Main main;

  private int threads = Math.max(2, Math.min(16, Runtime.getRuntime().availableProcessors()));

  private final AtomicInteger told = new AtomicInteger();

  @Option(
      names = "--threads",
      paramLabel = "<n>",
      description = "Files copied at once, 1 to 64. Default: as many as processors, from 2 to 16.")
  private void setThreads(int number) {
    if (number < 1 || number > MOST_THREADS) {
      throw new ParameterException(
          spec.commandLine(), "--threads=" + number + " is not from 1 to " + MOST_THREADS);
    }
    threads = number;
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Copies what is below one directory to below another, but for what is excluded. */
  final void copy(Path source, Path target, Tally tally, Predicate<Path> excluded)
      throws IOException {
    TreeCopy.Settings settings =
        new TreeCopy.Settings(threads, excluded, main.reader(), this::tell);
    try (Progress progress = new Progress(err(), tally)) {
      new TreeCopy(source, target, tally, settings).run();
    }
  }

  private void tell(Path file, Exception e) {
    int number = told.incrementAndGet();
    if (number <= MOST_TOLD) {
      String message = Explanation.of(e);
      String name = Explanation.oneLine(file.toString());
      err().println("capsa: " + (message.contains(name) ? "" : name + ": ") + message);
      main.showStack(e);
    } else if (number == MOST_TOLD + 1) {
      err().println("capsa: further problems are counted, not told");
    }
  }

  /** Says what could not be done; the exit code. */
  final int finish(Tally tally) {
    if (tally.owners.sum() > 0) {
      err()
          .println(
              "capsa: owner or group not kept of "
                  + Text.count(tally.owners.sum(), "item", "items")
                  + ": unknown here, or not permitted");
    }
    if (tally.attributes.sum() > 0) {
      err()
          .println(
              "capsa: times or permissions not kept of "
                  + Text.count(tally.attributes.sum(), "item", "items"));
    }
    long failures = tally.failures.sum();
    if (failures > 0) {
      err().println("capsa: left out " + Text.count(failures, "item", "items") + ", see above");
    }
    return failures == 0 ? 0 : 1;
  }
}
