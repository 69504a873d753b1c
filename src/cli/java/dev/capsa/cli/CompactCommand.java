package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a container short. */
@Command(
    name = "compact",
    mixinStandardHelpOptions = true,
    description = {
      "Stores what is in use closer together and cuts the container.",
      "Stopped at any moment, it leaves the container whole."
    })
final class CompactCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "<container>", description = "The container.")
  private Path container;

  @Override
  public Integer call() throws IOException {
    long before;
    try (CapsaFileSystem fs = Capsa.open(container)) {
      before = Files.size(container);
      fs.compact();
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("before  %s%n", exactly(before));
    out.printf("after   %s%n", exactly(Files.size(container)));
    return 0;
  }

  private static String exactly(long bytes) {
    return Text.bytes(bytes) + " (" + Text.number(bytes) + " bytes)";
  }
}
