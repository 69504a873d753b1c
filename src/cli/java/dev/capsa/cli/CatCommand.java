package dev.capsa.cli;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes the content of files to the standard output stream. */
@Command(
    name = "cat",
    mixinStandardHelpOptions = true,
    description = "Writes the bytes of files to the standard output stream, one after the other.")
final class CatCommand extends ReadingCommand {
  @Mixin private ShownState state;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "<path>", description = "Files in it.")
  private List<String> paths;

  @Override
  CapsaFileSystem open() throws IOException {
    return state.open(container);
  }

  @Override
  int read(CapsaFileSystem fs) throws IOException {
    OutputStream bytes = main.bytes();
    for (String path : paths) {
      Files.copy(fs.getPath("/").resolve(path), bytes);
    }
    bytes.flush();
    return 0;
  }
}
