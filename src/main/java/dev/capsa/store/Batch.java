package dev.capsa.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The changes of one commit. Nothing that it writes is reachable before {@link #commit}; {@link
 * #abort} returns all its space. Confined to one thread at a time. Freed space stays readable for
 * those who hold a pin, and is reused only as docs/FORMAT.md invariant 1 says.
 */
public interface Batch extends AutoCloseable {
  /** Sequence that the commit will have; the birth of all that is written here. */
  long sequence();

  /** Writes a node of 1 to {@link Space#MAX_NODE_BYTES} bytes. */
  ObjectPointer putNode(ByteBuffer content) throws IOException;

  /** Writes an object of 1 to {@link Space#MAX_OBJECT_BYTES} bytes in grains. */
  ObjectPointer putObject(ByteBuffer content) throws IOException;

  /** Allocates at least one and at most {@code wanted} blocks in a row: as many as fit well. */
  BlockRun allocateBlocks(int wanted) throws IOException;

  /**
   * Writes whole blocks that this batch allocated; the last one is padded with zeros.
   *
   * @param block first block
   */
  void writeBlocks(long block, ByteBuffer content) throws IOException;

  /** Frees a node; also one written by this batch. */
  void freeNode(ObjectPointer pointer) throws IOException;

  /** Frees an object in grains; also one written by this batch. */
  void freeObject(ObjectPointer pointer) throws IOException;

  /** Frees blocks, which need not be one allocation; also ones of this batch. */
  void freeBlocks(long start, long length) throws IOException;

  /**
   * Makes the batch the newest state.
   *
   * @param root up to 256 bytes that {@link Space#root} returns from now on
   * @param durable whether to force before returning
   * @throws IOException if the medium fails or is full; the newest state is then the old one, and
   *     the batch is aborted
   */
  void commit(byte[] root, boolean durable) throws IOException;

  /** Gives up everything; idempotent, and a no-op after {@link #commit}. */
  void abort();

  /** As {@link #abort}. */
  @Override
  default void close() {
    abort();
  }
}
