package dev.capsa;

import dev.capsa.nio.CapsaFileSystemProvider;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;

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
   * options of the one who opened it.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file, and the options do not say
   *     to create it
   * @throws java.nio.file.FileSystemAlreadyExistsException if it is open for reading only, and the
   *     options ask for more
   * @throws CapsaFormatException if it is not a container
   * @throws CapsaLockedException if another process writes it
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
