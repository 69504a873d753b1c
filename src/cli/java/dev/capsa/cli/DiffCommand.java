package dev.capsa.cli;

import dev.capsa.CapsaException;
import dev.capsa.CapsaFileSystem;
import dev.capsa.Revision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells what became of the files from one revision to another. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Tells what became of the files from one revision to another, in the order of their paths.",
      "",
      "Each change is one line: created, deleted, moved, changed (written) or attributes, and the"
          + " path; of what moved, both. A file is known by its identity: one that was replaced is"
          + " deleted and created. What lies in a directory that moved is not told.",
      "",
      "Takes time by what changed, not by what there is."
    })
final class DiffCommand extends ReadingCommand {
  @Parameters(
      index = "1",
      paramLabel = "<from>",
      description = "Name of a snapshot, or number of a revision.")
  private String from;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "<to>",
      description = "Likewise. Default: the newest commit.")
  private @Nullable String to;

  @Override
  int read(CapsaFileSystem fs) throws IOException {
    List<Revision> revisions = fs.revisions();
    Revision newest = revisions.get(revisions.size() - 1);
    Revision older = find(container, revisions, from);
    for (CapsaFileSystem.Change each :
        fs.diff(older, to == null ? newest : find(container, revisions, to))) {
      out().println(line(each));
    }
    return 0;
  }

  /** The revision of a name, or of a number; {@code @} before it says that it is a number. */
  static Revision find(Path container, List<Revision> revisions, String which)
      throws CapsaException {
    Revision named = null;
    Revision numbered = null;
    for (Revision each : revisions) {
      named = each.snapshot().filter(which::equals).isPresent() ? each : named;
      boolean isNumber = which.equals("" + each.number()) || which.equals("@" + each.number());
      numbered = isNumber ? each : numbered;
    }
    if (named != null && numbered != null && named.number() != numbered.number()) {
      throw new CapsaException(
          container
              + ": "
              + which
              + " is the name of revision "
              + named.number()
              + " and the number of another; say @"
              + named.number()
              + " or @"
              + numbered.number());
    }
    Revision found = named != null ? named : numbered;
    if (found == null) {
      throw new CapsaException(container + ": there is no snapshot or revision " + which);
    }
    return found;
  }

  private static String line(CapsaFileSystem.Change change) {
    String before = change.before().map(Path::toString).orElse("");
    String after = change.after().map(Path::toString).orElse("");
    boolean both = !before.isEmpty() && !after.isEmpty() && !before.equals(after);
    String paths = both ? before + " -> " + after : change.path().toString();
    String kind = change.kind().name().toLowerCase(Locale.ROOT);
    return Explanation.oneLine(String.format(Locale.ROOT, "%-10s %s", kind, paths));
  }
}
