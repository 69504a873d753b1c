/** The catalog tree: the copy-on-write B+tree that holds all metadata. */
@NullMarked
package dev.capsa.tree;

import org.jspecify.annotations.NullMarked;
