package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaException;
import dev.capsa.CapsaFileSystem;
import dev.capsa.CapsaOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which state of a container is read: the newest one, unless the options say otherwise. */
final class ShownState {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @ArgGroup private @Nullable Choice choice;

  /** One of the two. */
  private static final class Choice {
    @Option(
        names = "--snapshot",
        paramLabel = "<name>",
        description = "Of this snapshot, not of the newest state.")
    private @Nullable String snapshot;

    @Option(
        names = "--revision",
        paramLabel = "<n>",
        description = "Of the revision of this number, as the command log has it.")
    private long revision;
  }

  /** Opens the state for reading only; whatever goes wrong, the message names the file. */
  CapsaFileSystem open(Path container) throws IOException {
    CapsaOptions options = Capsa.options().readOnly(true);
    Choice chosen = choice;
    try {
      if (chosen == null) {
        return open(container, options);
      }
      return open(
          container,
          chosen.snapshot != null
              ? options.snapshot(chosen.snapshot)
              : options.revision(chosen.revision));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Opens a container; whatever goes wrong, the message names the file. */
  static CapsaFileSystem open(Path container, CapsaOptions options) throws IOException {
    try {
      return Capsa.open(container, options);
    } catch (CapsaException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains(container.toString())) {
        throw e;
      }
      throw new CapsaException(container + ": " + message, e);
    }
  }
}
