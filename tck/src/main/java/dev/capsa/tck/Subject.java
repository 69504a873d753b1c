package dev.capsa.tck;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.Map;

/** A provider under test: makes the places that contracts work in. */
public interface Subject {

  /** Makes an empty directory of its own for one test. */
  Place open() throws IOException;

  /**
   * What the provider is known not to keep: contract and test, as {@code
   * OpenContract.null_is_refused}, and what happens instead. Such a test runs all the same, and
   * must fail.
   */
  default Map<String, String> knownDeviations() {
    return Map.of();
  }

  /** Where one test works. */
  interface Place extends AutoCloseable {
    /** An absolute, real path to an empty directory that may be read, written and searched. */
    Path directory();

    /** The file system of the directory. */
    default FileSystem fileSystem() {
      return directory().getFileSystem();
    }

    /**
     * Closes the file system and opens it again for reading alone: the same directory in it. For
     * {@link ReadOnlyContract}.
     */
    default Path reopenReadOnly() throws IOException {
      throw new UnsupportedOperationException("not a provider with read-only file systems");
    }

    /**
     * An empty directory in another file system of the same provider, closed with this place. For
     * {@link InstancesContract}.
     */
    default Path directoryOfAnotherInstance() throws IOException {
      throw new UnsupportedOperationException("not a provider with several file systems");
    }

    /** Removes it; fails if the test left something open. */
    @Override
    void close() throws IOException;
  }
}
