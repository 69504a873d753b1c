package dev.capsa.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

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

  /**
   * Drops the reference to a node; also to one written by this batch. A reference to a node is as
   * old as the node.
   */
  void freeNode(ObjectPointer pointer) throws IOException;

  /**
   * Drops a reference to an object in grains; also to one written by this batch. The object stays
   * as long as a kept revision reaches it.
   *
   * @param referenceBirth sequence of the commit that made the reference, or of this batch
   */
  void freeObject(ObjectPointer pointer, long referenceBirth) throws IOException;

  /** Drops a reference to an object that is as old as the object. */
  default void freeObject(ObjectPointer pointer) throws IOException {
    freeObject(pointer, pointer.birth());
  }

  /**
   * Makes one further reference, born in this commit, to each of some blocks: of the newest state,
   * of a kept revision, or of this batch. From then on they stay until each reference to them has
   * been dropped.
   *
   * @return false if some of them have no reference any more, since the revision that had it was
   *     dropped; nothing is changed then
   */
  boolean shareBlocks(long start, long length) throws IOException;

  /**
   * Makes one further reference, born in this commit, to an object in grains: of the newest state,
   * or of a kept revision. From then on it stays until each reference to it has been dropped.
   *
   * @return false if it has no reference any more; nothing is changed then
   */
  default boolean shareObject(ObjectPointer pointer) throws IOException {
    throw new UnsupportedOperationException("this batch shares blocks only");
  }

  /**
   * The parts of a range of blocks that have more than one reference as of now in this batch,
   * ascending, cut at the edges of the range.
   */
  List<UnitShare> shared(long start, long length) throws IOException;

  /**
   * Drops one reference to each of some blocks, which need not be one allocation; also to ones of
   * this batch. The blocks stay as long as a kept revision reaches them, or another reference.
   *
   * @param referenceBirth sequence of the commit that made the references, or of this batch
   */
  void freeBlocks(long start, long length, long referenceBirth) throws IOException;

  /**
   * Has the commit keep the state that it makes: all that its root reaches through {@link Space}
   * stays until {@link #drop}. Costs some pages, whatever the size of the state. One name per
   * commit.
   *
   * @param name 1 to 255 bytes in UTF-8, without NUL; compared byte by byte
   * @throws dev.capsa.CapsaSnapshotExistsException if another kept revision has it
   * @throws IllegalArgumentException if no revision can have it
   */
  void keep(String name) throws IOException;

  /**
   * Has the commit keep the state that it replaces, the newest one when the batch began, as {@link
   * #keep} does with the state that it makes. To be called before anything is dropped: what this
   * batch drops of that state stays. One commit may do either.
   *
   * @param name as for {@link #keep}
   * @return the revision; if the state was kept before, under the name that it has
   * @throws dev.capsa.CapsaSnapshotExistsException if another kept revision has the name
   */
  default KeptRevision keepNewest(String name) throws IOException {
    throw new UnsupportedOperationException("this batch keeps what it makes only");
  }

  /**
   * Drops a kept revision. Its name is free at once; what it alone held comes back by {@link
   * #reclaim}. Costs some pages, whatever the revision holds.
   *
   * @throws dev.capsa.CapsaNoSuchSnapshotException if none has this name
   */
  void drop(String name) throws IOException;

  /**
   * Frees what only dropped revisions held, until nothing of it is left or so many references were
   * freed, and at most 249 more.
   *
   * @param most references to nodes, objects, and runs of blocks of at most 4 MiB
   * @return how many were freed
   */
  int reclaim(int most) throws IOException;

  /**
   * Packs segments that are not full, and what lies at the end of the medium, into lower places. No
   * pointer changes. To be called once, in a batch that does nothing else; what it vacates can be
   * reused some commits later.
   *
   * @param mostBytes to copy, but for the last segment, of at most 4 MiB
   * @param scope of the compaction that this is a step of
   * @return whether something was moved, or may be moved after further commits
   */
  default Compacted compact(long mostBytes, CompactionScope scope) throws IOException {
    return Compacted.DONE;
  }

  /** What a step of compaction did. */
  enum Compacted {
    /** There is nothing to do, or no room for it. */
    DONE,
    /** Something may be done when what was freed can be reused: some commits later. */
    WAITING,
    /** Something may be done when what was removed is freed, some of it with each commit. */
    FREEING,
    /** Something was moved. */
    MOVED
  }

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
