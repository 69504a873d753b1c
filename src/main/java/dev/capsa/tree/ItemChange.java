package dev.capsa.tree;

import org.jspecify.annotations.Nullable;

/**
 * A change of one item.
 *
 * @param key the key; not to be changed
 * @param value the new value, not to be changed; null removes the item
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, compared by nobody
record ItemChange(byte[] key, byte @Nullable [] value) {}
