package dev.capsa.inode;

/**
 * An entry of a directory.
 *
 * @param name UTF-8, 1 to 255 bytes, without '/' and NUL
 * @param inode what it names
 * @param kind what that is
 */
public record Entry(byte[] name, long inode, FileKind kind) {}
