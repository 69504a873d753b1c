package dev.capsa.raw;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The medium of a container: a growing array of bytes with a barrier.
 *
 * <p>Contract for implementers, kept by the conformance suite:
 *
 * <ol>
 *   <li>{@link #read} fills the buffer or throws; it never returns fewer bytes. It may run in many
 *       threads at once, and together with writes to other ranges.
 *   <li>{@link #write} writes all bytes or throws. After it threw, the bytes of its range are
 *       undefined, others are untouched. A later {@code read} by any thread sees them.
 *   <li>No call crosses a multiple of {@link #SEGMENT_BYTES}, so that a medium may keep each
 *       segment as an object of its own: such a call is an {@link IllegalArgumentException}, and so
 *       are a negative offset or length and a write past the length.
 *   <li>{@link #resize} that grows returns only when the new range is physically there: a later
 *       write into it does not fail for lack of space. New bytes read as zero. It never loses bytes
 *       below the smaller of both lengths.
 *   <li>{@link #force} returns only when everything written or resized before it is durable. After
 *       it threw, nothing is known of writes since the last force that returned, and every later
 *       write, resize and force throws {@link dev.capsa.CapsaStoppedException}; reads go on.
 *   <li>A thread's interrupt disturbs no other thread, and never closes the medium.
 *   <li>After {@link #close} every call throws {@link java.nio.channels.ClosedChannelException};
 *       closing twice is harmless.
 * </ol>
 */
public interface RawStorage extends Closeable {
  /** No read or write crosses a multiple of this many bytes. */
  int SEGMENT_BYTES = 4 << 20;

  /** The length in bytes. */
  long length() throws IOException;

  /**
   * Fills {@code destination}, from its position to its limit, with the bytes from {@code offset}.
   * After it threw, the content and the position of {@code destination} are undefined.
   *
   * @throws java.io.EOFException if the range passes {@link #length()}; the message names both
   */
  void read(long offset, ByteBuffer destination) throws IOException;

  /**
   * Writes all remaining bytes of the sources, in order, from {@code offset}, within the length.
   * Their positions advance to their limits; after it threw, the positions are undefined.
   *
   * @throws java.nio.channels.NonWritableChannelException if the medium was opened for reading
   */
  void write(long offset, ByteBuffer... sources) throws IOException;

  /**
   * Grows or cuts to {@code length} bytes.
   *
   * @throws dev.capsa.CapsaFullException if the medium has no room; the length is then unchanged
   * @throws java.nio.channels.NonWritableChannelException if the medium was opened for reading
   */
  void resize(long length) throws IOException;

  /** Makes everything written before durable. */
  void force() throws IOException;

  /** Equal for all openings of one medium in this process. */
  default Object identity() {
    return this;
  }

  /** Whether {@link #map} may work. */
  default boolean canMap() {
    return false;
  }

  /**
   * Maps a range of bytes, which may cross multiples of {@link #SEGMENT_BYTES}. What is mapped
   * stays readable when the medium is closed.
   *
   * @param length bytes, from 0
   * @throws UnsupportedOperationException if this medium cannot be mapped
   * @throws java.io.EOFException if the range passes {@link #length()}
   */
  default <T> T map(long offset, long length, Mapper<T> mapper) throws IOException {
    throw new UnsupportedOperationException("this medium cannot be mapped: " + this);
  }

  @Override
  void close() throws IOException;
}
