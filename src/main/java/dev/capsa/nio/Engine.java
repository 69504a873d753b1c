package dev.capsa.nio;

import dev.capsa.CapsaFileSystem;
import dev.capsa.inode.FileTree;
import dev.capsa.store.Batch;
import dev.capsa.store.CompactionScope;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * An open container: what all file systems over it share in this process. There is one for each
 * container ({@link Containers}).
 */
interface Engine extends AutoCloseable {

  /** Opens a container. A file exists; it is empty if a container is to be made in it. */
  @FunctionalInterface
  interface Opener {
    /** Opens it. After an exception nothing is left open. */
    Engine open(Home container, Environment environment) throws IOException;

    /**
     * Checks a container that is not open in this process.
     *
     * @throws dev.capsa.CapsaLockedException if another process writes it
     */
    default void check(Home container, Consumer<? super CapsaFileSystem.Fault> faults)
        throws IOException {
      throw new UnsupportedOperationException("capsa: this engine has no check");
    }
  }

  /** The files. */
  FileTree tree();

  /** The container's identity, written at its creation. */
  UUID identity();

  /** Whether it was opened without the right to write. */
  boolean readOnly();

  /** Bytes of the container that are in no use, a lower bound. */
  long freeBytes();

  /** Bytes of the container file that the newest commit has no use for. */
  default long unusedBytes() throws IOException {
    return freeBytes();
  }

  /** Bytes that the container file has now. */
  long lengthBytes() throws IOException;

  /** The committed states that are to be had. */
  default Revisions revisions() {
    throw new UnsupportedOperationException("capsa: this engine has no revisions");
  }

  /** Figures as of the newest commit. */
  default CapsaFileSystem.Statistics statistics() throws IOException {
    throw new UnsupportedOperationException("capsa: this engine has no statistics");
  }

  /** What the bytes of the container are for, as of the newest commit. */
  default CapsaFileSystem.Usage usage() throws IOException {
    throw new UnsupportedOperationException(
        "capsa: this engine does not know what takes its space");
  }

  /**
   * Does one step of compaction.
   *
   * @param scope of the compaction that this is a step of
   */
  default Batch.Compacted compact(CompactionScope scope) throws IOException {
    throw new UnsupportedOperationException("capsa: this engine cannot compact");
  }

  /** Cuts the container as short as it can be now. */
  default void trim() throws IOException {
    throw new UnsupportedOperationException("capsa: this engine cannot cut its container");
  }

  /** Checks the newest committed state, with all that was done before this call. */
  default void check(Consumer<? super CapsaFileSystem.Fault> faults) throws IOException {
    throw new UnsupportedOperationException("capsa: this engine has no check");
  }

  /** Makes everything durable and lets go of the container. */
  @Override
  void close() throws IOException;
}
