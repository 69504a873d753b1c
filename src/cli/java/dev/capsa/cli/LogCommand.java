package dev.capsa.cli;

import dev.capsa.CapsaFileSystem;
import dev.capsa.Revision;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the revisions of a container. */
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the revisions of a container that can be read, the oldest first.",
      "",
      "Those that are kept, and the newest commit: number, time (UTC), and the name of a snapshot.",
      "With a path: those in which that file changed, and its path there."
    })
final class LogCommand extends ReadingCommand {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<path>",
      description = "A file that is there now; it is followed through its names.")
  private @Nullable String path;

  @Override
  int read(CapsaFileSystem fs) throws IOException {
    if (path != null) {
      for (CapsaFileSystem.Version each : fs.history(fs.getPath("/").resolve(path))) {
        String shown = Explanation.oneLine(each.path().toString());
        out().println(line(each.revision()) + "  " + shown);
      }
      return 0;
    }
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
