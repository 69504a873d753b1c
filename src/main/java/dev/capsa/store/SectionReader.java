package dev.capsa.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads the bytes that an object had when this was opened. Every byte was checked against a
 * checksum. Close it: it may hold a lock, a token, and space from reuse.
 *
 * <p>{@link #readAt} may be called by several threads; {@link #read} moves a position and is for
 * one. Any thread may close it.
 */
public final class SectionReader implements AutoCloseable {
  private final ObjectId id;
  private final int size;
  private final Source source;
  private final Runnable atClose;
  private final AtomicBoolean closed = new AtomicBoolean();
  private int position;

  /** Where the bytes come from. */
  @FunctionalInterface
  public interface Source {
    /** Fills the destination from an offset on; the range lies within the object. */
    void read(int offset, ByteBuffer destination) throws IOException;
  }

  /**
   * For implementations of {@link Store}.
   *
   * @param atClose run once, by the first {@link #close}
   */
  public SectionReader(ObjectId id, int size, Source source, Runnable atClose) {
    this.id = id;
    this.size = size;
    this.source = source;
    this.atClose = atClose;
  }

  /** A reader of bytes that nobody changes any more. */
  static SectionReader of(ObjectId id, byte[] content) {
    return new SectionReader(
        id,
        content.length,
        (offset, destination) -> destination.put(content, offset, destination.remaining()),
        () -> {});
  }

  /** The object. */
  public ObjectId id() {
    return id;
  }

  /** Bytes of the object. */
  public int size() {
    return size;
  }

  /** Offset of the next {@link #read}. */
  public int position() {
    return position;
  }

  /**
   * Reads the next bytes, as many as there are and the destination takes.
   *
   * @return how many; −1 at the end
   */
  public int read(ByteBuffer destination) throws IOException {
    requireOpen();
    int count = Math.min(destination.remaining(), size - position);
    if (count == 0) {
      return destination.hasRemaining() ? -1 : 0;
    }
    int limit = destination.limit();
    destination.limit(destination.position() + count);
    try {
      source.read(position, destination);
    } finally {
      destination.limit(limit);
    }
    position += count;
    return count;
  }

  /**
   * Fills the destination from an offset on, without moving the position.
   *
   * @throws EOFException if the range passes the end of the object
   */
  public void readAt(int offset, ByteBuffer destination) throws IOException {
    requireOpen();
    if (offset < 0 || destination.remaining() > size - offset) {
      throw new EOFException(
          "cannot read "
              + offset
              + "+"
              + destination.remaining()
              + " of "
              + id
              + ": it has "
              + size
              + " bytes");
    }
    if (destination.hasRemaining()) {
      source.read(offset, destination);
    }
  }

  /** All bytes of the object, whatever was read before. */
  public byte[] readAll() throws IOException {
    ByteBuffer all = ByteBuffer.allocate(size);
    readAt(0, all);
    return all.array();
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      atClose.run();
    }
  }
}
