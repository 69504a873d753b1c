package dev.capsa.tree;

/**
 * An item of the catalog. Equal only to itself: the arrays are compared by nobody.
 *
 * @param key the key; not to be changed
 * @param value the value; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of two results, never a key of a map
public record Item(byte[] key, byte[] value) {}
