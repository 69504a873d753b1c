package dev.capsa.raw;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A medium in the heap: it vanishes with its last reference.
 *
 * <p>Bytes lie in pieces of 64 KiB that are allocated at the first write into them, so a length
 * promises room below the limit only: a heap that is full throws {@link OutOfMemoryError}.
 *
 * <p>Safe for use by many threads. Reads take no lock; as with any array, a read sees the writes
 * that happened before it, and writes and resizes wait for each other.
 */
public final class MemoryRawStorage implements RawStorage {
  private static final int PIECE_BYTES = 64 << 10;
  private static final long MOST_BYTES = (Integer.MAX_VALUE - 8L) * PIECE_BYTES;
  private static final byte[] ZEROS = new byte[PIECE_BYTES];

  /** An immutable length with the pieces below it; the elements change under the lock. */
  private record Content(long length, byte[] @Nullable [] pieces) {}

  private final long limitBytes;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile Content content;
  private volatile boolean closed;

  /** An empty medium that grows as far as the heap does. */
  public MemoryRawStorage() {
    this(Long.MAX_VALUE);
  }

  /**
   * An empty medium that refuses to grow past a limit.
   *
   * @param limitBytes the greatest length, 0 or more
   */
  public MemoryRawStorage(long limitBytes) {
    this(limitBytes, new Content(0, new byte[0][]));
  }

  private MemoryRawStorage(long limitBytes, Content content) {
    Ranges.checkLength(limitBytes);
    this.limitBytes = Math.min(limitBytes, MOST_BYTES);
    this.content = content;
  }

  /**
   * Closes this medium and returns another over the same bytes: what a file is when it is opened
   * again.
   */
  public MemoryRawStorage reopen() {
    close();
    writing.lock();
    try {
      return new MemoryRawStorage(limitBytes, content);
    } finally {
      writing.unlock();
    }
  }

  /**
   * Another medium over the same bytes, as long as this one is now, for reading what is not written
   * over.
   */
  public MemoryRawStorage snapshot() {
    return new MemoryRawStorage(content.length, content);
  }

  @Override
  public long length() throws IOException {
    checkOpen();
    return content.length;
  }

  @Override
  public void read(long offset, ByteBuffer destination) throws IOException {
    checkOpen();
    int count = destination.remaining();
    Ranges.checkWithinSegment(offset, count);
    Content content = this.content;
    if (Ranges.passes(offset, count, content.length)) {
      throw Ranges.endOfFile(offset, count, content.length, "a container in memory");
    }
    long at = offset;
    while (destination.hasRemaining()) {
      int start = (int) (at % PIECE_BYTES);
      int part = Math.min(destination.remaining(), PIECE_BYTES - start);
      byte[] piece = content.pieces[(int) (at / PIECE_BYTES)];
      destination.put(piece == null ? ZEROS : piece, start, part);
      at += part;
    }
  }

  @Override
  public void write(long offset, ByteBuffer... sources) throws IOException {
    long count = 0;
    for (ByteBuffer source : sources) {
      count += source.remaining();
    }
    writing.lock();
    try {
      checkOpen();
      Ranges.checkWithinSegment(offset, count);
      Ranges.checkWritable(offset, count, content.length);
      long at = offset;
      for (ByteBuffer source : sources) {
        at = write(at, source);
      }
    } finally {
      writing.unlock();
    }
  }

  private long write(long offset, ByteBuffer source) {
    byte[][] pieces = content.pieces;
    long at = offset;
    while (source.hasRemaining()) {
      int index = (int) (at / PIECE_BYTES);
      int start = (int) (at % PIECE_BYTES);
      int part = Math.min(source.remaining(), PIECE_BYTES - start);
      if (pieces[index] == null) {
        pieces[index] = new byte[PIECE_BYTES];
      }
      source.get(pieces[index], start, part);
      at += part;
    }
    return at;
  }

  @Override
  public void resize(long length) throws IOException {
    writing.lock();
    try {
      checkOpen();
      Ranges.checkLength(length);
      Content old = content;
      if (length > limitBytes) {
        throw new CapsaFullException(
            "a container in memory has no room to grow from "
                + old.length
                + " to "
                + length
                + " bytes: its limit is "
                + limitBytes);
      }
      byte[][] pieces = Arrays.copyOf(old.pieces, (int) ((length + PIECE_BYTES - 1) / PIECE_BYTES));
      int end = (int) (length % PIECE_BYTES);
      if (length < old.length && end > 0 && pieces[pieces.length - 1] != null) {
        // Readers of the old length may still be copying the piece, so it stays as it is.
        pieces[pieces.length - 1] =
            Arrays.copyOf(Arrays.copyOf(pieces[pieces.length - 1], end), PIECE_BYTES);
      }
      content = new Content(length, pieces);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void force() throws IOException {
    checkOpen();
  }

  @Override
  public void close() {
    closed = true;
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }
}
