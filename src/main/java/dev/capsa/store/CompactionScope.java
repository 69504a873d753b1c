package dev.capsa.store;

/**
 * What a compaction of many steps keeps to.
 *
 * @param mostLength what the medium may grow to for it, in bytes
 * @param since the sequence of the newest commit when it began. Segments that were taken later are
 *     being filled by others, so it does not matter how little is in them: they are packed only
 *     where they lie at the medium's end.
 */
public record CompactionScope(long mostLength, long since) {
  /** Whatever there is, in a medium that may grow to a length. */
  public static CompactionScope all(long mostLength) {
    return new CompactionScope(mostLength, Long.MAX_VALUE);
  }
}
