/** The block stores: how the logical bytes of a file map to stored bytes. */
@NullMarked
package dev.capsa.block;

import org.jspecify.annotations.NullMarked;
