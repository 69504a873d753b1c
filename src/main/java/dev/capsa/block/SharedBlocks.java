package dev.capsa.block;

/**
 * Blocks that a batch has referred to once more, for a file that is to have them.
 *
 * @param first the file's first block that they replace
 * @param count how many they replace, at least 1
 * @param extents where they lie, wholly inside; the rest is holes
 */
public record SharedBlocks(long first, long count, ExtentList extents) {}
