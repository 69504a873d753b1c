package dev.capsa.block;

import dev.capsa.store.ObjectPointer;

/**
 * A file's reference to an object.
 *
 * @param pointer the object; holds the birth of its bytes
 * @param birth sequence of the commit that made this reference, which decides when it may be freed
 */
record Reference(ObjectPointer pointer, long birth) {}
