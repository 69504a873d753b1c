package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.Revision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings the whole container back as it was in a revision. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Brings the whole container back as it was in a revision, in one step.",
      "",
      "What is there now is kept as a revision, so another rollback undoes this. If no rule keeps",
      "revisions, that one is a snapshot, which stays, with the space that it takes, until",
      "'snapshot --delete'."
    })
final class RollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "<container>", description = "The container.")
  private Path container;

  @Parameters(
      index = "1",
      paramLabel = "<revision>",
      description = "Name of a snapshot, or number of a revision that is kept.")
  private String to;

  @Override
  public Integer call() throws IOException {
    try (CapsaFileSystem fs = ShownState.open(container, Capsa.options())) {
      Revision revision = DiffCommand.find(container, fs.revisions(), to);
      long before = fs.revision().number();
      Revision undo = fs.rollback(revision.number());
      boolean changed = fs.revision().number() != before;
      say(
          changed
              ? "rolled back to revision " + revision.number()
              : "nothing differs from revision " + revision.number());
      if (changed) {
        String kept = undo.snapshot().map(name -> ", kept as " + name).orElse(", kept by rule");
        say("what was before is revision " + undo.number() + kept);
        String name = undo.snapshot().orElse(String.valueOf(undo.number()));
        say("to undo this: capsa rollback " + container + " " + name);
      }
      return 0;
    }
  }

  private void say(String line) {
    spec.commandLine().getOut().println(Explanation.oneLine(line));
  }
}
