package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaException;
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

  @Override
  public final Integer call() throws IOException {
    try (CapsaFileSystem fs = open(container)) {
      return read(fs);
    }
  }

  /** Opens a container for reading only; whatever goes wrong, the message names the file. */
  static CapsaFileSystem open(Path container) throws IOException {
    try {
      return Capsa.open(container, Capsa.options().readOnly(true));
    } catch (CapsaException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains(container.toString())) {
        throw e;
      }
      throw new CapsaException(container + ": " + message, e);
    }
  }
}
