package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows or sets which revisions a container keeps by itself. */
@Command(
    name = "retention",
    mixinStandardHelpOptions = true,
    description = {
      "Shows which revisions a container keeps by itself, or sets that.",
      "",
      "Revisions that were kept so, and are not to be any more, are dropped; snapshots are not"
          + " touched. What is overwritten or deleted takes space for as long as a revision has it."
          + " A container that another process writes can only be looked at."
    })
final class RetentionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "<container>", description = "The container.")
  private Path container;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<rule>",
      description = {
        "As last=10,for=7d,every=1h: the last 10 and those of the last 7 days stay, one is kept"
            + " each hour if something changed. Units are s, m, h and d; without every it is a"
            + " minute. Or none. Without a rule: shows the present one."
      })
  private @Nullable String text;

  @Override
  public Integer call() throws IOException {
    Retention rule = text == null ? null : parse(text);
    try (CapsaFileSystem fs = ShownState.open(container, Capsa.options().readOnly(rule == null))) {
      if (rule != null) {
        fs.retention(rule);
      }
      spec.commandLine().getOut().println(fs.retention());
      return 0;
    }
  }

  private Retention parse(String text) {
    try {
      return Retention.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
