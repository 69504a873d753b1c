package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.CapsaOptions;
import dev.capsa.repo.Durability;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Packs a directory into a new container. The container is made beside its place, and moved there
 * once it is whole and durable, so that there is never half a container under the name.
 */
@Command(
    name = "pack",
    mixinStandardHelpOptions = true,
    description = {
      "Packs all that is in a directory into a new container.",
      "",
      "Keeps names, empty directories, symbolic links (their text), hard links within the"
          + " directory, times, permissions, the names of owner and group, and holes. Leaves out,"
          + " and says so, what cannot be read and what is no file: devices, pipes, sockets.",
      "",
      "An existing container is not touched unless --replace is given, and then only when the new"
          + " one is whole."
    })
final class PackCommand extends CopyCommand {

  @Parameters(index = "0", paramLabel = "<directory>", description = "What to pack.")
  private Path directory;

  @Parameters(index = "1", paramLabel = "<container>", description = "The container to make.")
  private Path container;

  @Option(names = "--replace", description = "Replace a container that is there.")
  private boolean replace;

  @Option(
      names = "--layout",
      paramLabel = "<layout>",
      description = "How large files lie in it: extents (default) or chain.")
  private String layout = "extents";

  @Override
  public Integer call() throws IOException {
    if (!layout.equals("extents") && !layout.equals("chain")) {
      throw new ParameterException(
          spec.commandLine(), "--layout=" + layout + " is neither extents nor chain");
    }
    if (!Files.isDirectory(directory)) {
      throw Files.exists(directory)
          ? new NotDirectoryException(directory.toString())
          : new NoSuchFileException(directory.toString());
    }
    if (!replace && Files.exists(container, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(
          container + ": exists already; --replace makes a new one in its place");
    }
    long start = System.nanoTime();
    Path absolute = container.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null) {
      throw new IOException(container + " is no place for a container");
    }
    Path target = folder.toRealPath().resolve(absolute.getFileName());
    Path making = target.resolveSibling(target.getFileName() + ".packing");
    Thread cleaner = new Thread(() -> removeQuietly(making));
    Runtime.getRuntime().addShutdownHook(cleaner);
    Tally tally = new Tally();
    try {
      Files.deleteIfExists(making);
      long commit = pack(making, Set.of(target, lockOf(target), making, lockOf(making)), tally);
      Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
      out()
          .printf(
              "packed %s in %s into %s: %s, commit %s, durable%n",
              tally.done(),
              Text.seconds(System.nanoTime() - start),
              container,
              Text.bytes(Files.size(target)),
              Text.number(commit));
    } finally {
      removeQuietly(making);
      Runtime.getRuntime().removeShutdownHook(cleaner);
    }
    return finish(tally);
  }

  /** Fills a new container and closes it, which makes all of it durable; its last commit. */
  private long pack(Path making, Set<Path> excluded, Tally tally) throws IOException {
    CapsaOptions options = Capsa.options().create(true).durability(Durability.ASYNC).layout(layout);
    try (CapsaFileSystem fs = Capsa.open(making, options)) {
      copy(directory.toRealPath(), fs.getPath("/"), tally, excluded);
      fs.sync();
      return fs.statistics().commit();
    }
  }

  private static Path lockOf(Path container) {
    return container.resolveSibling(container.getFileName() + ".lock");
  }

  private static void removeQuietly(Path making) {
    try {
      Files.deleteIfExists(making);
      Files.deleteIfExists(lockOf(making));
    } catch (IOException e) {
      // What went wrong before is told; a rest is overwritten by the next packing.
    }
  }
}
