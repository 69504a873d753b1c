package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that looks into a container, which it opens for reading only. */
abstract class ReadingCommand implements Callable<Integer> {
  @Spec protected CommandSpec spec;

  @ParentCommand protected Main main;

  @Parameters(index = "0", paramLabel = "<container>", description = "The container.")
  protected Path container;

  /** What the command does. */
  abstract int read(CapsaFileSystem fs) throws IOException;

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Opens the container. */
  CapsaFileSystem open() throws IOException {
    return ShownState.open(container, Capsa.options().readOnly(true));
  }

  @Override
  public final Integer call() throws IOException {
    try (CapsaFileSystem fs = open()) {
      return read(fs);
    }
  }
}
