package dev.capsa.store;

/**
 * A checked reference to an object: where it is, which one it is, and what it must contain.
 *
 * @param id the {@link ObjectId} value; the offset is derived from it
 * @param birth sequence of the commit that wrote the object: a reused slot is never mistaken for
 *     its predecessor
 * @param length content length in bytes
 * @param checksum checksum64 over content, id and birth (docs/FORMAT.md, "Objects")
 */
public record ObjectPointer(long id, long birth, int length, long checksum) {}
