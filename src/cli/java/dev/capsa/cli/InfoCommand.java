package dev.capsa.cli;

import dev.capsa.CapsaFileSystem;
import dev.capsa.Revision;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** Says what a container is, without going through its files. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    description = "Says what a container is, without going through its files.")
final class InfoCommand extends ReadingCommand {

  @Override
  int read(CapsaFileSystem fs) throws IOException {
    CapsaFileSystem.Statistics of = fs.statistics();
    line("container", fs.container().orElseThrow());
    line("uuid", of.uuid());
    line("format", "version " + of.formatVersion());
    line("layout", of.layout() + " for large files");
    line("created", of.created());
    line("size", exactly(of.lengthBytes()));
    line("in use", exactly(of.usedBytes()));
    line("free", exactly(of.lengthBytes() - of.usedBytes()));
    line("commit", Text.number(of.commit()) + (of.durable() ? ", durable" : ", not durable yet"));
    line("committed", of.committed());
    List<Revision> kept = fs.snapshots();
    line("snapshots", Text.number(kept.size()));
    line("retention", fs.retention());
    line("epoch", Text.number(of.epoch()));
    return 0;
  }

  private void line(String what, Object value) {
    out().printf("%-10s %s%n", what, value);
  }

  private static String exactly(long bytes) {
    return Text.bytes(bytes) + " (" + Text.number(bytes) + " bytes)";
  }
}
