package dev.capsa;

import dev.capsa.nio.CapsaFileSystemProvider;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Opens containers. The same works through {@code java.nio.file.FileSystems}, with the differences
 * that its Javadoc asks for.
 *
 * <pre>{@code
 * try (CapsaFileSystem fs = Capsa.open(Path.of("app.capsa"), Capsa.options().create(true))) {
 *   Files.writeString(fs.getPath("/hello.txt"), "Hello");
 * }
 * }</pre>
 */
public final class Capsa {
  private Capsa() {}

  /** Options with their defaults. */
  public static CapsaOptions options() {
    return new CapsaOptions();
  }

  /**
   * Opens a container for reading and writing, or joins those who have it open.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws CapsaFormatException if it is not a container
   * @throws CapsaLockedException if another process writes it
   */
  public static CapsaFileSystem open(Path container) throws IOException {
    return open(container, options());
  }

  /**
   * Opens a container, or joins those who have it open in this process: all get the same file
   * system, and it closes when it was closed as often as it was opened. Who joins gets it with the
   * options of the one who opened it. A snapshot or revision that the options name is a file system
   * of its own, shared by those who open the same one.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file, and the options do not say
   *     to create it
   * @throws java.nio.file.FileSystemAlreadyExistsException if it is open for reading only, and the
   *     options ask for more
   * @throws CapsaFormatException if it is not a container
   * @throws CapsaNoSuchSnapshotException if it has no such snapshot, or no such revision
   * @throws CapsaLockedException if another process writes it, and the options ask for that
   */
  public static CapsaFileSystem open(Path container, CapsaOptions options) throws IOException {
    return (CapsaFileSystem) provider().openShared(container, options.toEnvironment());
  }

  /**
   * Makes a new container and opens it.
   *
   * @throws FileAlreadyExistsException if there is a file of that name that is not empty
   */
  public static CapsaFileSystem create(Path container) throws IOException {
    if (Files.exists(container) && Files.size(container) > 0) {
      throw new FileAlreadyExistsException(container.toString());
    }
    return open(container, options().create(true));
  }

  /**
   * Opens a new container in the heap of this process: a file system for tests, say. It vanishes
   * when it is closed.
   */
  public static CapsaFileSystem inMemory() throws IOException {
    return inMemory(options());
  }

  /** As {@link #inMemory()}, with options. */
  public static CapsaFileSystem inMemory(CapsaOptions options) throws IOException {
    return (CapsaFileSystem) provider().openInMemory(options.toEnvironment());
  }

  /**
   * Checks a container: every structure, and every byte of every file. Changes nothing, and does
   * not end at damage; a container that cannot be opened has one fault, which says why. Nobody may
   * write it meanwhile, but in this process, if it is open here.
   *
   * @return what is wrong; empty if nothing is
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws CapsaLockedException if another process writes it
   */
  public static List<CapsaFileSystem.Fault> check(Path container) throws IOException {
    List<CapsaFileSystem.Fault> faults = new ArrayList<>();
    check(container, faults::add);
    return faults;
  }

  /**
   * As {@link #check(Path)}, but tells each fault when it is found, in this thread.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws CapsaLockedException if another process writes it
   */
  public static void check(Path container, Consumer<? super CapsaFileSystem.Fault> faults)
      throws IOException {
    provider().check(container, faults);
  }

  /** The installed provider, so that files of all file systems have the same one. */
  private static CapsaFileSystemProvider provider() {
    for (FileSystemProvider provider : FileSystemProvider.installedProviders()) {
      if (provider instanceof CapsaFileSystemProvider ours) {
        return ours;
      }
    }
    return new CapsaFileSystemProvider();
  }
}
