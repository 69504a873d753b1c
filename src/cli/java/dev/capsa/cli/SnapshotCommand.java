package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.Revision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keeps the newest state of a container under a name, lists such states, or drops one. */
@Command(
    name = "snapshot",
    mixinStandardHelpOptions = true,
    description = {
      "Keeps the state of a container under a name, or lists the snapshots that there are.",
      "",
      "A snapshot costs nothing but what is changed after it. ls, cat and unpack read it with"
          + " --snapshot. A container that another process writes can only be listed."
    })
final class SnapshotCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "<container>", description = "The container.")
  private Path container;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<name>",
      description = "The new snapshot, 1 to 255 bytes in UTF-8. Without: lists them.")
  private @Nullable String name;

  @Option(
      names = "--delete",
      paramLabel = "<name>",
      description = "Drops this snapshot; its space comes back.")
  private @Nullable String deleted;

  @Override
  public Integer call() throws IOException {
    if (name != null && deleted != null) {
      throw new ParameterException(spec.commandLine(), "<name> and --delete exclude each other");
    }
    boolean listing = name == null && deleted == null;
    try (CapsaFileSystem fs = ShownState.open(container, Capsa.options().readOnly(listing))) {
      if (name != null) {
        print("kept revision " + fs.snapshot(name).number() + " as " + name);
      } else if (deleted != null) {
        fs.deleteSnapshot(deleted);
        print("dropped " + deleted);
      } else {
        for (Revision each : fs.snapshots()) {
          print(LogCommand.line(each));
        }
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void print(String done) {
    spec.commandLine().getOut().println(Explanation.oneLine(done));
  }
}
