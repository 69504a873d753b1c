package dev.capsa.store;

import java.io.IOException;
import java.util.List;

/** The optional capability of a {@link Store} to place several objects one behind the other. */
public interface RunAllocator {
  /**
   * Makes new objects of one size that are adjacent in the container, in the order of the list, so
   * that {@link Store#writeBatch} takes them. They read as zeros.
   *
   * @param size bytes of each, from 0 to {@link Store#MAX_OBJECT_BYTES}
   * @param count how many are wanted, at least 1
   * @return from 1 to {@code count} ids: fewer if no more lie together. Ask again for the rest.
   * @throws dev.capsa.CapsaFullException if there is no room for any
   * @throws UnsupportedOperationException if the wrapped store has no such capability
   */
  List<ObjectId> allocateRun(int size, int count) throws IOException;
}
