package dev.capsa.store;

/**
 * Where an object is, and its size.
 *
 * @param offset of its content in the container, in bytes; derived from the id, and valid until the
 *     object is written again or a later commit brings its content home
 * @param size bytes of its content
 */
public record ObjectInfo(long offset, int size) {}
