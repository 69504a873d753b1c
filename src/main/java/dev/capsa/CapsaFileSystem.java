package dev.capsa;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;

/**
 * A file system in a container: what {@code java.nio.file} does not know about it.
 *
 * <p>Closing it closes its channels and streams and makes everything durable. One that several
 * {@link Capsa#open} share closes with the last of them.
 */
public abstract class CapsaFileSystem extends FileSystem {

  /** For the provider. */
  protected CapsaFileSystem() {}

  /** The container file, as it was named at opening. */
  public abstract Path container();

  /**
   * Waits until everything that was done before this call is durable: it survives a crash of the
   * process and of the machine. Does nothing on a file system that is read-only.
   *
   * @throws CapsaStoppedException if an earlier failure of the medium stopped writing
   * @throws CapsaFullException if the medium has no room for it; nothing is lost, and a later call
   *     may succeed
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract void sync() throws IOException;
}
