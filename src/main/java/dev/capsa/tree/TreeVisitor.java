package dev.capsa.tree;

import dev.capsa.store.ObjectPointer;

/** What {@link TreeCheck} tells while it walks a tree. */
public interface TreeVisitor {
  /** Takes a fault; the walk goes on. */
  void fault(TreeFault fault);

  /**
   * Takes the pointer of a node that the root reaches, readable or not, each before its children.
   */
  default void node(ObjectPointer pointer) {}

  /**
   * Whether to visit a node and what is below it. If not, it is not read, and the numbers that the
   * root states are not compared.
   */
  default boolean enters(ObjectPointer pointer) {
    return true;
  }

  /** Takes an item; ascending, as far as no fault says otherwise. The arrays are the visitor's. */
  default void item(byte[] key, byte[] value) {}
}
