package dev.capsa.cli;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Says what the bytes of a container are for. */
@Command(
    name = "du",
    mixinStandardHelpOptions = true,
    description = {
      "Says what the bytes of a container are for, without going through its files.",
      "What dropping a snapshot frees stands beside its name."
    })
final class UsageCommand extends ReadingCommand {

  @Override
  int read(CapsaFileSystem fs) throws IOException {
    CapsaFileSystem.Usage of = fs.usage();
    line(of.liveBytes(), "files");
    line(of.snapshotBytes(), "snapshots alone");
    of.uniqueBytes().forEach((name, bytes) -> line(bytes, "  snapshot " + name + " alone"));
    if (of.reclaimableBytes() > 0) {
      line(of.reclaimableBytes(), "left by dropped snapshots");
    }
    line(of.metadataBytes(), "the container's own state");
    line(of.freeBytes(), "free");
    line(of.lengthBytes(), "together");
    return 0;
  }

  private void line(long bytes, String what) {
    out().printf("%15s  %s%n", Text.number(bytes), what);
  }
}
