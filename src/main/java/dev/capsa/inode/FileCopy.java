package dev.capsa.inode;

/**
 * How a copy of a file is to be.
 *
 * @param how mode, owner and group
 * @param replace whether what the name names goes
 * @param attributes whether it gets mode, owner, group, times and user attributes of the original
 */
public record FileCopy(NewFile how, boolean replace, boolean attributes) {}
