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
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Packs a directory into a new container. The container is made beside its place, and moved there
 * once it is whole and durable, so that there is never half a container under the name. Success
 * says that what this execution has made was put there.
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
          + " one is whole and lacks nothing, or --incomplete is given, too, and no other process"
          + " writes it. If anything was left out, the exit code is 1.",
      "",
      "The container is made in a folder beside its place, which has its name with .packing- and"
          + " eight digits, and moved when it is done. Several packs may run at once: of those with"
          + " --replace the last one stays, of those without it the first one."
    })
final class PackCommand extends CopyCommand {

  @Parameters(index = "0", paramLabel = "<directory>", description = "What to pack.")
  private Path directory;

  @Parameters(index = "1", paramLabel = "<container>", description = "The container to make.")
  private Path container;

  @Option(names = "--replace", description = "Replace a container that is there.")
  private boolean replace;

  @Option(
      names = "--incomplete",
      description = "With --replace: replace it even by one that lacks items which were left out.")
  private boolean incomplete;

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
      throw exists();
    }
    if (replace) {
      Replaced.hold(container).close(); // better now than when all is packed
    }
    long start = System.nanoTime();
    Path absolute = container.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null) {
      throw new IOException(container + " is no place for a container");
    }
    Path target = folder.toRealPath().resolve(absolute.getFileName());
    Tally tally = new Tally();
    PackingFolder making = PackingFolder.make(target);
    Thread cleaner = new Thread(making::close);
    Runtime.getRuntime().addShutdownHook(cleaner);
    try {
      long commit = fill(making.container(), target, tally);
      long size = Files.size(making.container());
      publish(making, tally);
      out()
          .printf(
              "packed %s in %s into %s: %s, commit %s, durable%n",
              tally.done(),
              Text.seconds(System.nanoTime() - start),
              container,
              Text.bytes(size),
              Text.number(commit));
    } finally {
      making.close();
      removeHook(cleaner);
    }
    return finish(tally);
  }

  /** Fills a new container and closes it, which makes all of it durable; its last commit. */
  private long fill(Path making, Path target, Tally tally) throws IOException {
    CapsaOptions options = Capsa.options().create(true).durability(Durability.ASYNC).layout(layout);
    Path lock = target.resolveSibling(target.getFileName() + ".lock");
    Predicate<Path> excluded =
        it -> it.equals(target) || it.equals(lock) || PackingFolder.isOne(it, target);
    try (CapsaFileSystem fs = Capsa.open(making, options)) {
      copy(directory.toRealPath(), fs.getPath("/"), tally, excluded);
      fs.sync();
      return fs.statistics().commit();
    }
  }

  /** Puts the container in its place, unless it is a worse one than what is there. */
  private void publish(PackingFolder making, Tally tally) throws IOException {
    long lacking = tally.failures.sum();
    try (Replaced old = replace ? Replaced.hold(container) : null) {
      making.publish(replace && (lacking == 0 || incomplete));
    } catch (FileAlreadyExistsException e) {
      throw replace
          ? new FileAlreadyExistsException(
              container
                  + ": kept as it was, for the new one lacks "
                  + Text.count(lacking, "item", "items")
                  + ", see above; --incomplete replaces it all the same")
          : exists();
    }
  }

  private FileAlreadyExistsException exists() {
    return new FileAlreadyExistsException(
        container + ": exists already; --replace makes a new one in its place");
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook does its work or has done it.
    }
  }
}
