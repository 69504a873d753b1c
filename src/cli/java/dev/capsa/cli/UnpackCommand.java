package dev.capsa.cli;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Unpacks a container into an empty directory. */
@Command(
    name = "unpack",
    mixinStandardHelpOptions = true,
    description = {
      "Unpacks all that is in a container into a directory, which is made, or is empty.",
      "",
      "Holes stay holes. Owner and group are kept where they are known and permitted, the times of"
          + " symbolic links and times of creation where Java can set them on this system. What"
          + " cannot be read, for damage, is left out and said, with no incomplete file under its"
          + " name; the rest is unpacked."
    })
final class UnpackCommand extends CopyCommand {

  @Parameters(index = "0", paramLabel = "<container>", description = "What to unpack.")
  private Path container;

  @Parameters(index = "1", paramLabel = "<directory>", description = "Where to unpack it.")
  private Path directory;

  @Mixin private ShownState state;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    Tally tally = new Tally();
    try (CapsaFileSystem fs = state.open(container)) {
      prepare();
      copy(fs.getPath("/"), directory.toRealPath(), tally, it -> false);
    }
    out()
        .printf(
            "unpacked %s in %s into %s%n",
            tally.done(), Text.seconds(System.nanoTime() - start), directory);
    return finish(tally);
  }

  /** So that nothing is overwritten, and no link that lies there leads out of the directory. */
  private void prepare() throws IOException {
    if (!Files.exists(directory)) {
      Files.createDirectories(directory);
    }
    try (Stream<Path> content = Files.list(directory)) {
      if (content.findAny().isPresent()) {
        throw new DirectoryNotEmptyException(directory.toString());
      }
    }
  }
}
