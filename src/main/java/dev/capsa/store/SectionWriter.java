package dev.capsa.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes bytes of one object, within its size. They become the object's content, all at once, when
 * this is closed; {@link #abandon} leaves the object as it was.
 *
 * <p>For one thread at a time; any thread may close or abandon it, the first of them decides.
 */
public final class SectionWriter implements AutoCloseable {
  private final ObjectId id;
  private final int limit;
  private final Target target;
  private final AtomicBoolean ended = new AtomicBoolean();
  private int position;

  /** Where the bytes go. Exactly one of {@link #finish} and {@link #abandon} is called, once. */
  public interface Target {
    /** Takes the remaining bytes; the range lies within the object. */
    void write(int offset, ByteBuffer source) throws IOException;

    /** Makes what was written the content. */
    void finish() throws IOException;

    /** Forgets what was written. */
    void abandon();
  }

  /**
   * For implementations of {@link Store}.
   *
   * @param limit bytes of the object
   */
  public SectionWriter(ObjectId id, int limit, Target target) {
    this.id = id;
    this.limit = limit;
    this.target = target;
  }

  /** The object. */
  public ObjectId id() {
    return id;
  }

  /** Bytes of the object. */
  public int limit() {
    return limit;
  }

  /** Bytes that {@link #write} wrote, which is the offset of the next one. */
  public int bytesWritten() {
    return position;
  }

  /**
   * Writes all remaining bytes behind those of the last call.
   *
   * @return how many
   * @throws WriteLimitExceededException if they pass the end of the object; nothing was written
   */
  public int write(ByteBuffer source) throws IOException {
    int count = source.remaining();
    writeAt(position, source);
    position += count;
    return count;
  }

  /** As {@link #write(ByteBuffer)}. */
  public int write(byte[] source) throws IOException {
    return write(ByteBuffer.wrap(source));
  }

  /**
   * Writes all remaining bytes from an offset on; does not move the offset of {@link #write}.
   *
   * @throws WriteLimitExceededException if they pass the end of the object, or the offset lies
   *     outside it; nothing was written
   */
  public void writeAt(int offset, ByteBuffer source) throws IOException {
    if (ended.get()) {
      throw new ClosedChannelException();
    }
    if (offset < 0 || offset > limit || source.remaining() > limit - offset) {
      throw new WriteLimitExceededException(id, offset, source.remaining(), limit);
    }
    if (source.hasRemaining()) {
      target.write(offset, source);
    }
  }

  /** Gives up what was written; a no-op after {@link #close}. */
  public void abandon() {
    if (ended.compareAndSet(false, true)) {
      target.abandon();
    }
  }

  /**
   * Makes what was written the content of the object; a no-op after {@link #abandon} or another
   * {@code close}.
   *
   * @throws ObjectNotFoundException if the object was deleted or given up meanwhile
   * @throws dev.capsa.CapsaFullException if there is no room; the object is as it was
   */
  @Override
  public void close() throws IOException {
    if (ended.compareAndSet(false, true)) {
      target.finish();
    }
  }
}
