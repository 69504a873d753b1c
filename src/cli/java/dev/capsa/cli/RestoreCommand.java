package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.Revision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings files or trees back as they were in a revision. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Brings files or trees back as they were in a revision, in place of what is there now.",
      "",
      "What is there now is lost, unless a snapshot has it."
    })
final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "<container>", description = "The container.")
  private Path container;

  @Parameters(
      index = "1",
      paramLabel = "<revision>",
      description = "Name of a snapshot, or number of a revision.")
  private String from;

  @Parameters(
      index = "2..*",
      arity = "1..*",
      paramLabel = "<path>",
      description = "Files or directories in the container.")
  private List<String> paths;

  @Override
  public Integer call() throws IOException {
    try (CapsaFileSystem fs = ShownState.open(container, Capsa.options())) {
      Revision revision = DiffCommand.find(container, fs.revisions(), from);
      for (String path : paths) {
        fs.restore(fs.getPath("/").resolve(path), revision);
        String done = "restored " + path + " from revision " + revision.number();
        spec.commandLine().getOut().println(Explanation.oneLine(done));
      }
      return 0;
    }
  }
}
