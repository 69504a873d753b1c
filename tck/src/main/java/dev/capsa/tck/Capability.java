package dev.capsa.tck;

/**
 * What a provider may have or not have. A case that {@linkplain Needs needs} one that a subject
 * does not declare is not run for that subject.
 */
public enum Capability {
  /**
   * Files and directories can be made and changed. A subject without it has places that hold what
   * {@link ReadOnlyContract} says.
   */
  WRITING,
  /** Symbolic links. */
  SYMBOLIC_LINKS,
  /** Several names of one file. */
  HARD_LINKS,
  /** The views "posix" and "owner", for files and for new ones. */
  POSIX,
  /** The view "unix", as the default provider has it on Linux. */
  UNIX,
  /** The view "user". */
  USER_ATTRIBUTES,
  /** The view "dos". */
  DOS,
  /** File keys, as {@code BasicFileAttributes.fileKey} returns them. */
  FILE_KEYS,
  /** {@code newFileChannel}, which {@code FileChannel.open} calls. */
  FILE_CHANNELS,
  /** Locks on regions of files. */
  LOCKS,
  /** {@code newAsynchronousFileChannel}. */
  ASYNCHRONOUS_CHANNELS,
  /** {@code FileChannel.map} for reading. */
  MAPS,
  /** {@code newWatchService}. */
  WATCHING,
  /** Directory streams that are {@code SecureDirectoryStream}s. */
  SECURE_DIRECTORIES,
  /** File systems that can be closed. */
  CLOSING,
  /** File systems that are opened for reading alone: {@link Subject.Place#reopenReadOnly}. */
  READ_ONLY,
  /** Several open file systems: {@link Subject.Place#directoryOfAnotherInstance}. */
  INSTANCES,
  /** File systems that are opened by a URI: {@link Subject.Place#address}. */
  ADDRESSES
}
