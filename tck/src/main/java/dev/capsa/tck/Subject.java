package dev.capsa.tck;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** A provider under test: says what it is, and makes the places that contracts work in. */
public interface Subject {

  /** How the report calls it; no other subject of the same run has the name. */
  String name();

  /** What it has. Cases that need something else are not run. */
  Set<Capability> capabilities();

  /** Makes an empty directory of its own for one test. */
  Place open() throws IOException;

  /**
   * What the provider is known not to keep, and what happens instead, by case as {@link Deviations}
   * names them. Such a case runs all the same, and must fail.
   */
  default Map<String, String> knownDeviations() {
    return Map.of();
  }

  /**
   * What the provider keeps at one time and not at another, as races between threads; otherwise as
   * {@link #knownDeviations}. Such a case runs, may fail, and counts as not kept.
   */
  default Map<String, String> unsteady() {
    return Map.of();
  }

  /** How long a case may take; one that takes longer hangs, which is a failure. */
  default Duration limit() {
    return Duration.ofSeconds(20);
  }

  /** Where one test works. */
  interface Place extends AutoCloseable {
    /**
     * An absolute, real path to a directory that may be read and searched: an empty one that may be
     * written if the subject declares {@link Capability#WRITING}, otherwise one with the content
     * that {@link ReadOnlyContract} describes.
     */
    Path directory();

    /** The file system of the directory. */
    default FileSystem fileSystem() {
      return directory().getFileSystem();
    }

    /**
     * The path that a URI names, found as users find it. A provider that is not installed asks
     * itself.
     */
    default Path path(URI uri) {
      return Path.of(uri);
    }

    /**
     * Closes the file system and opens it again for reading alone: the same directory in it. For
     * subjects with {@link Capability#READ_ONLY} and {@link Capability#WRITING}.
     */
    default Path reopenReadOnly() throws IOException {
      throw new UnsupportedOperationException("not a provider with read-only file systems");
    }

    /**
     * An empty directory in another file system of the same provider, closed with this place. For
     * subjects with {@link Capability#INSTANCES}.
     */
    default Path directoryOfAnotherInstance() throws IOException {
      throw new UnsupportedOperationException("not a provider with several file systems");
    }

    /**
     * The URI by which a further file system of the provider can be opened, with {@link
     * #environment}; it does not exist yet, and each call names another one. For subjects with
     * {@link Capability#ADDRESSES}.
     */
    default URI address() throws IOException {
      throw new UnsupportedOperationException("not a provider with URIs to open");
    }

    /** What opens, and makes if need be, a file system by its {@link #address}. */
    default Map<String, ?> environment() {
      return Map.of();
    }

    /** Removes it; fails if the test left something open. */
    @Override
    void close() throws IOException;
  }
}
