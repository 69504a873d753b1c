package dev.capsa.cli;

import dev.capsa.CapsaFileSystem;
import dev.capsa.Revision;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Lists the revisions of a container. */
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the revisions of a container that can be read, the oldest first.",
      "",
      "Those that are kept, and the newest commit: number, time (UTC), and the name of a snapshot."
    })
final class LogCommand extends ReadingCommand {
  @Override
  int read(CapsaFileSystem fs) throws IOException {
    for (Revision each : fs.revisions()) {
      out().println(line(each));
    }
    return 0;
  }

  /** A revision in one line. */
  static String line(Revision revision) {
    return String.format(
            Locale.ROOT,
            "%8d  %s  %s",
            revision.number(),
            revision.committed().truncatedTo(ChronoUnit.SECONDS),
            Explanation.oneLine(revision.snapshot().orElse("")))
        .stripTrailing();
  }
}
