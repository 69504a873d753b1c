package dev.capsa.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Bytes with an id. An object has a fixed size from 0 to {@link #MAX_OBJECT_BYTES}, reads as zeros
 * until it is written, and keeps its id for life; an id is never given to another object within
 * 65,536 commits, so a stale one is refused. What is larger belongs to a file, or to several
 * objects.
 *
 * <p>Changes are seen at once by everybody who uses this store, and become durable together, all or
 * none, by {@link #commit}. If a commit fails, everything since the commit before is given up: ids
 * made since are void, what was deleted is there again, and handles opened on such objects throw
 * {@link ObjectNotFoundException} at the latest when they are closed.
 *
 * <p>Readers and writers of an object are handles that must be closed; closing twice is harmless. A
 * reader goes on to see the bytes of its opening, whatever is written or deleted meanwhile. A
 * writer's bytes become the object's content, all at once, when it is closed.
 *
 * <p>An implementation lets any number of threads read, ask for infos, and use handles while one
 * thread changes something. Two threads that change something, closing a writer included, need
 * {@link ConcurrentStore}, unless the implementation promises more.
 */
public interface Store extends AutoCloseable {
  /** Most bytes of an object: 16 MiB. */
  int MAX_OBJECT_BYTES = 16 << 20;

  /** Most bytes of the well-known object: 1 MiB. */
  int MAX_PRIME_BYTES = 1 << 20;

  /**
   * Makes an object that reads as zeros.
   *
   * @param size its bytes, from 0 to {@link #MAX_OBJECT_BYTES}
   * @throws IllegalArgumentException if the size is out of range
   * @throws dev.capsa.CapsaFullException if there is no room; nothing has changed
   */
  ObjectId newObject(int size) throws IOException;

  /**
   * Opens an object for reading.
   *
   * @throws ObjectNotFoundException if there is none of this id
   * @throws dev.capsa.CapsaCorruptException if its bytes do not match their checksum
   */
  SectionReader openReader(ObjectId id) throws IOException;

  /**
   * Makes an object and opens it for writing. It is there at once, and reads as zeros until the
   * writer is closed.
   *
   * @param size as in {@link #newObject}
   * @throws dev.capsa.CapsaFullException if there is no room; nothing has changed
   */
  SectionWriter create(int size) throws IOException;

  /**
   * Opens an object for replacing its bytes, or some of them: the writer starts with the old ones.
   * Of two writers of an object, the one that closes last wins; {@link ConcurrentStore} admits one.
   *
   * @throws ObjectNotFoundException if there is none of this id
   */
  SectionWriter openWriter(ObjectId id) throws IOException;

  /**
   * Writes several objects that lie one behind the other, as {@link RunAllocator} makes them, from
   * the beginning of each. Checks everything before it writes anything.
   *
   * @param ids the objects, in the order of their places, without gaps
   * @param data the bytes of all, in that order; consumed
   * @param sizes how many bytes each gets, at most its size; the rest of it stays as it is
   * @throws ObjectNotFoundException if one does not exist
   * @throws WriteLimitExceededException if one has fewer bytes than its part
   * @throws IllegalArgumentException if the lists differ in length, the sizes do not add up to the
   *     data, an id comes twice, or two neighbours in the list are none in the container
   */
  void writeBatch(List<ObjectId> ids, ByteBuffer data, int[] sizes) throws IOException;

  /**
   * Deletes an object, not those that its content may name. Open readers go on reading.
   *
   * @throws ObjectNotFoundException if there is none of this id
   */
  void delete(ObjectId id) throws IOException;

  /**
   * The well-known object, where a user finds everything else after opening. The first call makes
   * it, whatever was made before; later ones, also after reopening, return the same id until it is
   * deleted.
   *
   * @param size its bytes, from 0 to {@link #MAX_PRIME_BYTES}; ignored if it is there already
   */
  ObjectId prime(int size) throws IOException;

  /**
   * Where an object is, and its size; empty if there is none of this id.
   *
   * @throws dev.capsa.CapsaCorruptException if what describes it does not match its checksum
   */
  Optional<ObjectInfo> info(ObjectId id) throws IOException;

  /**
   * Makes all changes so far durable, together.
   *
   * @return the sequence of the commit; the one before if nothing has changed
   * @throws IOException if the medium fails or is full; all changes since the last commit are given
   *     up then, unless it is not known what reached the medium: then they stay visible, writing
   *     stops, and the next opening finds either state
   */
  long commit() throws IOException;

  /** The number of objects, the well-known one included. */
  long objectCount() throws IOException;

  /** Commits, and closes the container. Idempotent. */
  @Override
  void close() throws IOException;
}
