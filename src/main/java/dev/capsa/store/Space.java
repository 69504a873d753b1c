package dev.capsa.store;

import dev.capsa.raw.Mapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The pointer-addressed face of a store: what the catalog tree and the block stores use. Every byte
 * that a read hands out was checked. Reads run in any number of threads and wait for no writer; the
 * caller holds a {@link Pin} taken before it learned the pointer. All changes go through one {@link
 * Batch} at a time.
 */
public interface Space {
  /** Most bytes of content that a tree node can have. */
  int MAX_NODE_BYTES = 16384 - 32;

  /** Most bytes that {@link Batch#putObject} takes. */
  int MAX_OBJECT_BYTES = 64 << 10;

  /** The root that the newest commit recorded; empty in a new container. */
  byte[] root();

  /** Sequence of the newest commit. */
  long sequence();

  /** The content of a node. The array is fresh, checked, and the caller's. */
  byte[] readNode(ObjectPointer pointer) throws IOException;

  /**
   * Reads part of an object in grains.
   *
   * @param offset first byte within the object; {@code offset + destination.remaining()} is at most
   *     the object's length
   */
  void readObject(ObjectPointer pointer, int offset, ByteBuffer destination) throws IOException;

  /**
   * Reads bytes of consecutive blocks.
   *
   * @param block first block
   * @param offset first byte, counted from the start of {@code block}; may exceed a block
   */
  void readBlocks(long block, long offset, ByteBuffer destination) throws IOException;

  /** Whether {@link #map} may work. */
  default boolean canMap() {
    return false;
  }

  /**
   * Maps bytes of consecutive blocks. They are verified before. Nobody can know when a user touches
   * mapped memory, so the blocks are neither reused nor moved until {@link Mapper#keeper} is
   * collected, whatever becomes of the file that they belong to. The caller's pin is needed until
   * this returns.
   *
   * @param block first block
   * @param offset first byte, counted from the start of {@code block}
   * @param length bytes, from 0
   * @throws UnsupportedOperationException if the medium cannot be mapped, or nothing keeps what is
   *     read here from reuse
   */
  default <T> T map(long block, long offset, long length, Mapper<T> mapper) throws IOException {
    throw new UnsupportedOperationException("this space cannot be mapped");
  }

  /**
   * Keeps from reuse all space that the newest root reaches, and each later one: every root whose
   * sequence {@link #sequence} returns after this call. Cheap; taken by every operation.
   */
  Pin pin();

  /**
   * The kept revisions of the newest state, the oldest first. Reads the index of them; the state is
   * no part of what an opening reads.
   */
  List<KeptRevision> keptRevisions() throws IOException;

  /** The kept revision of a name in the newest state; empty if there is none. */
  Optional<KeptRevision> keptRevision(String name) throws IOException;

  /** The kept revision of a number in the newest state; empty if it is not kept. */
  Optional<KeptRevision> keptRevision(long sequence) throws IOException;

  /** The newest commit as a revision; its name is empty, whether it is kept or not. */
  KeptRevision newestRevision();

  /** Whether {@link Batch#reclaim} would free something. */
  boolean isReclaimable() throws IOException;

  /**
   * The parts of a range of blocks that have more than one reference in the newest state,
   * ascending, cut at the edges of the range. Those of kept revisions count, too.
   */
  List<UnitShare> shared(long start, long length) throws IOException;

  /** Starts the next commit's changes. At most one batch is open; a second call waits. */
  Batch begin() throws IOException;

  /** Bytes that can still be allocated without growing the medium, a lower bound. */
  long freeBytes();

  /**
   * Sees to it that it is known what is free, which {@link #reserve} needs: once in an opening,
   * that may wait until an open batch has ended. So who reserves under a lock that the thread of a
   * batch may want asks for this before.
   */
  default void prepare() throws IOException {}

  /**
   * Makes sure that the commits to come can allocate so much, in whatever order, growing the medium
   * if needed. Holds until as much was allocated, and takes the place of what was reserved before.
   *
   * @throws dev.capsa.CapsaFullException if the medium or the container's limit has no room; then
   *     what was reserved before still is
   */
  void reserve(Room room) throws IOException;

  /**
   * As {@link #reserve}, for commits that change little of what is kept, as those do that remove
   * something: counts less for the container's own state.
   */
  default void reserveLittle(Room room) throws IOException {
    reserve(room);
  }

  /**
   * Whether enough of the medium's end is free for {@link #trim} to be worth it, as far as the
   * newest commit tells. Costs no I/O.
   */
  default boolean isTrimmable() throws IOException {
    return false;
  }

  /**
   * Whether {@link Batch#compact} would make the medium much shorter, and has to copy little for
   * it. Reads no more than the segment table.
   *
   * @param mostCopied bytes that may have to be copied, in all its steps together
   * @param leastSaved bytes by which the medium would get shorter, or about that
   */
  default boolean isLoose(long mostCopied, long leastSaved) throws IOException {
    return false;
  }

  /**
   * Gives back to the medium what is free at its end, but for what is reserved, and what somebody
   * may still read; to be called now and then while nothing is written. Does nothing while a batch
   * is open, or while another opening reads. Costs one or two forces, if it does something.
   *
   * @param all also what is soon needed again: as little as it may be, and as often as one calls
   */
  default void trim(boolean all) throws IOException {}
}
