/** The object store: bytes with an id, the allocators, and the commit. */
@NullMarked
package dev.capsa.store;

import org.jspecify.annotations.NullMarked;
