package dev.capsa.repo;

/**
 * How a repository behaves.
 *
 * @param durability when changes become durable without being asked
 * @param commitIntervalMillis milliseconds between background commits, at least 1
 * @param dirtyLimitBytes memory that changes may take until they are committed, at least {@link
 *     #LEAST_DIRTY_LIMIT_BYTES}; half of it starts a commit, all of it makes writers wait for one
 * @param cacheBytes memory for nodes of the catalog
 */
public record RepositoryOptions(
    Durability durability, long commitIntervalMillis, long dirtyLimitBytes, long cacheBytes) {
  /** Least limit of dirty bytes: room for one write of the greatest size. */
  public static final long LEAST_DIRTY_LIMIT_BYTES = 2 << 20;

  /**
   * COMMIT, each second, 64 MiB of changes, 32 MiB of cache; in a small heap no more than an eighth
   * of it for changes, and a sixteenth for the cache.
   */
  public static final RepositoryOptions DEFAULT =
      new RepositoryOptions(
          Durability.COMMIT,
          1_000,
          Math.max(LEAST_DIRTY_LIMIT_BYTES, Math.min(64 << 20, maxHeapBytes() / 8)),
          Math.min(32 << 20, maxHeapBytes() / 16));

  private static long maxHeapBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  /** Checks the ranges. */
  public RepositoryOptions {
    if (commitIntervalMillis < 1) {
      throw new IllegalArgumentException("commit interval of " + commitIntervalMillis + " ms");
    }
    if (dirtyLimitBytes < LEAST_DIRTY_LIMIT_BYTES) {
      throw new IllegalArgumentException(
          "limit of " + dirtyLimitBytes + " dirty bytes; least is " + LEAST_DIRTY_LIMIT_BYTES);
    }
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("cache of " + cacheBytes + " bytes");
    }
  }

  /** With another durability. */
  public RepositoryOptions withDurability(Durability other) {
    return new RepositoryOptions(other, commitIntervalMillis, dirtyLimitBytes, cacheBytes);
  }

  /** With another interval of background commits. */
  public RepositoryOptions withCommitIntervalMillis(long millis) {
    return new RepositoryOptions(durability, millis, dirtyLimitBytes, cacheBytes);
  }

  /** With another limit of dirty bytes. */
  public RepositoryOptions withDirtyLimitBytes(long bytes) {
    return new RepositoryOptions(durability, commitIntervalMillis, bytes, cacheBytes);
  }

  /** With another size of the cache. */
  public RepositoryOptions withCacheBytes(long bytes) {
    return new RepositoryOptions(durability, commitIntervalMillis, dirtyLimitBytes, bytes);
  }
}
