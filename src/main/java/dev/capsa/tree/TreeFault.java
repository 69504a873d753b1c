package dev.capsa.tree;

import dev.capsa.store.ObjectPointer;
import org.jspecify.annotations.Nullable;

/**
 * Something wrong in a tree.
 *
 * @param message what is wrong, where, expected and actual
 * @param node the node concerned; null if it is the root's record
 * @param cause why the node could not be read; null if it could
 */
public record TreeFault(String message, @Nullable ObjectPointer node, @Nullable Exception cause) {}
