package dev.capsa.block;

import java.util.NavigableMap;

/**
 * What one commit changes in a file's content.
 *
 * @param size the file's new length in bytes
 * @param keep bytes of the old content that may still be seen: the least length that the file had
 *     since the last commit; old bytes at or beyond it are gone, even if the file grew again
 * @param pages the changed pages: page number → exactly 4096 bytes (the last one zero-padded beyond
 *     {@code size}); pages that are neither here nor in the kept old content are holes
 */
public record ContentChange(long size, long keep, NavigableMap<Long, byte[]> pages) {
  /** Bytes of a page: one block. */
  public static final int PAGE_BYTES = 4096;
}
