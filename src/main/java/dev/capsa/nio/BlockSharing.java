package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * One transfer between channels: bytes are copied up to where blocks of both files begin, then
 * whole blocks are shared, as long as there are enough, then the rest is copied. A failure after
 * some bytes is left to the next transfer: this one tells how many they are. Only an interrupt ends
 * it at once, and closes both channels. Confined to one thread.
 */
final class BlockSharing {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int BLOCK_BYTES = FileTree.FileHandle.BLOCK_BYTES;

  /** A gap that cannot be bridged. */
  static final long NO_BLOCKS = Long.MAX_VALUE;

  private final Channel source;
  private final Channel target;
  private final long wanted;
  private long count;
  private long done;
  private ByteBuffer buffer = ByteBuffer.allocate(0);

  /** A transfer of up to so many bytes. */
  BlockSharing(Channel source, Channel target, long wanted) {
    this.source = source;
    this.target = target;
    this.wanted = wanted;
  }

  /** How much there is. */
  @FunctionalInterface
  interface Limit {
    /** Most bytes that can be transferred; none if negative. */
    long bytes() throws IOException;
  }

  /** Shares blocks. */
  @FunctionalInterface
  interface Taking {
    /**
     * Shares some of the bytes that are left.
     *
     * @param done bytes transferred so far
     * @return how many; 0 if none can be; or, negative, how many are to be copied before
     */
    long take(long done, long left) throws IOException;
  }

  /** Copies bytes. */
  @FunctionalInterface
  interface Copying {
    /**
     * Fills the buffer and writes it.
     *
     * @return bytes written; what was read and not written remains in the buffer
     */
    int copy(long done, ByteBuffer buffer) throws IOException;
  }

  /**
   * How many bytes lie before the first block that can be shared.
   *
   * @param from position in the source
   * @param to position in the target
   * @return {@link #NO_BLOCKS} if there are too few blocks, or they do not lie alike
   */
  static long gap(long from, long to, long left) {
    long gap = Math.floorMod(-from, BLOCK_BYTES);
    boolean alike = (from - to) % BLOCK_BYTES == 0;
    boolean enough = left - gap >= FileTree.FileHandle.LEAST_SHARED_BYTES;
    return alike && enough ? gap : NO_BLOCKS;
  }

  /**
   * Transfers.
   *
   * @param limit asked once: what the transfer itself adds to its source does not count
   * @param taking null: nothing is shared
   */
  long run(Limit limit, @Nullable Taking taking, Copying copying) throws IOException {
    try {
      count = Math.min(wanted, limit.bytes());
      boolean more = true;
      for (Taking now = taking; more && done < count; ) {
        long taken = now == null ? 0 : now.take(done, count - done);
        if (taken > 0) {
          done += taken;
        } else {
          now = taken < 0 ? now : null;
          more = copy(copying, taken < 0 ? (int) -taken : CHUNK_BYTES);
        }
      }
    } catch (ClosedByInterruptException e) {
      source.close();
      target.close();
      throw e;
    } catch (IOException e) {
      if (done == 0) {
        throw e;
      }
    }
    return done;
  }

  /** Copies up to so many bytes; whether there may be more. */
  private boolean copy(Copying copying, int most) throws IOException {
    int length = (int) Math.min(count - done, most);
    if (buffer.capacity() < length) {
      buffer = ByteBuffer.allocate(length);
    }
    int copied = copying.copy(done, buffer.clear().limit(length));
    done += Math.max(0, copied);
    return copied > 0 && !buffer.hasRemaining();
  }
}
