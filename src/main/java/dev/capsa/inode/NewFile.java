package dev.capsa.inode;

/**
 * How a new file is to be.
 *
 * @param mode permission bits
 * @param owner name of the owner
 * @param group name of the group
 */
public record NewFile(int mode, String owner, String group) {}
