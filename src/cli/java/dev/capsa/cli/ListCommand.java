package dev.capsa.cli;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what is in a container. */
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "Lists files of a container, in the order of their names' bytes.")
final class ListCommand extends ReadingCommand {
  @Mixin private ShownState state;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<path>",
      description = "A directory or file in it. Default: /.")
  private String path = "/";

  @Option(
      names = {"-l", "--long"},
      description = "Kind, permissions, links, owner, group, size, time of modification (UTC).")
  private boolean details;

  @Option(
      names = {"-R", "--recursive"},
      description = "All below, with their paths.")
  private boolean recursive;

  @Override
  CapsaFileSystem open() throws IOException {
    return state.open(container);
  }

  @Override
  int read(CapsaFileSystem fs) throws IOException {
    Path start = fs.getPath("/").resolve(path);
    Files.readAttributes(start, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (Files.isDirectory(start)) {
      list(start, start);
    } else {
      print(start, start.toString());
    }
    return 0;
  }

  /** Ends early if nobody takes what is listed; that is told by {@link Main}. */
  private void list(Path start, Path directory) throws IOException {
    if (out().checkError()) {
      return;
    }
    List<Path> content = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      entries.forEach(content::add);
    }
    for (Path each : content) {
      print(each, start.relativize(each).toString());
      if (recursive && Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
        list(start, each);
      }
    }
  }

  private void print(Path file, String shown) throws IOException {
    if (!details && !recursive) {
      out().println(shown);
      return;
    }
    PosixFileAttributes of =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!details) {
      out().println(of.isDirectory() ? shown + "/" : shown);
      return;
    }
    String link = of.isSymbolicLink() ? " -> " + Files.readSymbolicLink(file) : "";
    out()
        .printf(
            Locale.ROOT,
            "%s%s %3s %-8s %-8s %12d %s %s%s%n",
            of.isDirectory() ? "d" : of.isSymbolicLink() ? "l" : "-",
            PosixFilePermissions.toString(of.permissions()),
            Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS),
            of.owner().getName(),
            of.group().getName(),
            of.size(),
            of.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS),
            shown,
            link);
  }
}
