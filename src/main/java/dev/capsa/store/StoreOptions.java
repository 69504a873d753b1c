package dev.capsa.store;

import java.time.Duration;
import java.util.List;

/**
 * How a store is opened. Immutable.
 *
 * @param diskTokens how many readers, writers and reads of files {@link ConcurrentStore} lets be
 *     open at once; 0 or less: any number. Default: 0
 * @param timeout how long a call waits for what another user of the store holds. Default: 30 s
 * @param sizeClasses sizes in bytes, from 1 to {@value #MAX_CLASS_BYTES}, that get slots of their
 *     own, besides 64, 128, 256 and so on to 4096. They may differ from opening to opening
 * @param mostBytes the container's own limit; 0 or less: none
 * @param readOnly whether to refuse every change
 * @param checksumBytes memory for checksums of blocks, 4 KiB for each 4 MiB that are read; what a
 *     batch changes stays besides. Default: 8 MiB
 */
public record StoreOptions(
    int diskTokens,
    Duration timeout,
    List<Integer> sizeClasses,
    long mostBytes,
    boolean readOnly,
    long checksumBytes) {
  /** What an empty container takes; a limit below it leaves no room for one. */
  public static final long LEAST_CONTAINER_BYTES = Geometry.LEAST_BYTES;

  /** Largest size class: two of its slots fit into the smallest segment. */
  public static final int MAX_CLASS_BYTES = (32 << 10) - ObjectLayout.HEADER_BYTES;

  /** Checks the size classes. */
  public StoreOptions {
    sizeClasses = List.copyOf(sizeClasses);
    for (int size : sizeClasses) {
      if (size < 1 || size > MAX_CLASS_BYTES) {
        throw new IllegalArgumentException(
            "size class of " + size + " bytes, expected 1 to " + MAX_CLASS_BYTES);
      }
    }
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout " + timeout + " is negative");
    }
  }

  /** The defaults. */
  public static StoreOptions defaults() {
    return new StoreOptions(0, Duration.ofSeconds(30), List.of(), 0, false, 8 << 20);
  }

  /** These, with another number of tokens. */
  public StoreOptions withDiskTokens(int tokens) {
    return new StoreOptions(tokens, timeout, sizeClasses, mostBytes, readOnly, checksumBytes);
  }

  /** These, with another time-out. */
  public StoreOptions withTimeout(Duration newTimeout) {
    return new StoreOptions(
        diskTokens, newTimeout, sizeClasses, mostBytes, readOnly, checksumBytes);
  }

  /** These, with other size classes. */
  public StoreOptions withSizeClasses(Integer... sizes) {
    return new StoreOptions(
        diskTokens, timeout, List.of(sizes), mostBytes, readOnly, checksumBytes);
  }

  /** These, with another limit of the container. */
  public StoreOptions withMostBytes(long bytes) {
    return new StoreOptions(diskTokens, timeout, sizeClasses, bytes, readOnly, checksumBytes);
  }

  /** These, for reading only, or not. */
  public StoreOptions withReadOnly(boolean newReadOnly) {
    return new StoreOptions(
        diskTokens, timeout, sizeClasses, mostBytes, newReadOnly, checksumBytes);
  }

  /** These, with other memory for checksums of blocks. */
  public StoreOptions withChecksumBytes(long bytes) {
    return new StoreOptions(diskTokens, timeout, sizeClasses, mostBytes, readOnly, bytes);
  }
}
