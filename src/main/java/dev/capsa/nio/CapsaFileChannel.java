package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import dev.capsa.raw.Mapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open file. Reads and writes at given positions run side by side; those that use the channel's
 * own position come one after the other, under its lock.
 *
 * <p>Closing, also by an interrupt, closes this channel alone, and does not wait for operations in
 * other threads: they get {@code AsynchronousCloseException}, and what they did may be done or not.
 */
final class CapsaFileChannel extends MappableChannel {
  /** The unit of what is copied through memory, and of what is written as one operation. */
  private static final int CHUNK_BYTES = 1 << 20;

  /** Since then the Javadoc of transferFrom says that a position past the end grows the file. */
  private static final boolean TRANSFER_GROWS = Runtime.version().feature() >= 21;

  private final OpenFile file;
  private final ReentrantLock positionLock = new ReentrantLock();

  /** Guarded by the lock. Not used when appending. */
  private long position;

  CapsaFileChannel(OpenFile file) {
    this.file = file;
  }

  /** Runs an operation so that an interrupt, or a closing by others, ends it as NIO says. */
  private long run(OpenFile.Action action) throws IOException {
    boolean completed = false;
    begin();
    try {
      if (!isOpen()) {
        return 0; // Here end(false) throws.
      }
      long result = file.run(action);
      completed = true;
      return result;
    } finally {
      end(completed);
    }
  }

  /** As {@link #run}, alone with the channel's position. */
  private long runAtPosition(OpenFile.Action action) throws IOException {
    positionLock.lock();
    try {
      return run(action);
    } finally {
      positionLock.unlock();
    }
  }

  private void requireOpen() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void requireReadable() throws IOException {
    requireOpen();
    file.requireReadable();
  }

  private void requireWritable() throws IOException {
    requireOpen();
    file.requireWritable();
  }

  private static void requireNotNegative(long number, String what) {
    if (number < 0) {
      throw new IllegalArgumentException(what + " is negative: " + number);
    }
  }

  private static void requireWritable(ByteBuffer dst) {
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("the buffer is read-only");
    }
  }

  private static int read(FileTree.FileHandle handle, long from, ByteBuffer dst)
      throws IOException {
    requireWritable(dst);
    return dst.hasRemaining() ? handle.read(from, dst) : 0;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    Objects.requireNonNull(dst, "dst");
    requireReadable();
    return (int)
        runAtPosition(
            handle -> {
              int read = read(handle, position, dst);
              position += Math.max(0, read);
              return read;
            });
  }

  @Override
  public int read(ByteBuffer dst, long from) throws IOException {
    Objects.requireNonNull(dst, "dst");
    requireNotNegative(from, "position");
    requireReadable();
    return (int) run(handle -> read(handle, from, dst));
  }

  @Override
  public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, dsts.length);
    requireReadable();
    for (int i = offset; i < offset + length; i++) {
      requireWritable(dsts[i]);
    }
    return runAtPosition(
        handle -> {
          long all = 0;
          for (int i = offset; i < offset + length; i++) {
            int wanted = dsts[i].remaining();
            int read = read(handle, position, dsts[i]);
            if (read < 0) {
              return all == 0 ? -1 : all;
            }
            all += read;
            position += read;
            if (read < wanted) {
              break;
            }
          }
          return all;
        });
  }

  /** Writes at the position, or at the end when appending; the position is then behind it. */
  private int writeHere(FileTree.FileHandle handle, ByteBuffer src) throws IOException {
    int length = src.remaining();
    if (length > 0) {
      if (file.mode().append()) {
        handle.append(src);
      } else {
        int start = src.position();
        try {
          handle.write(position, src);
        } finally {
          position += src.position() - start;
        }
      }
    }
    return length;
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    Objects.requireNonNull(src, "src");
    requireWritable();
    return (int)
        runAtPosition(
            handle -> {
              int written = writeHere(handle, src);
              file.forceIfSync(handle);
              return written;
            });
  }

  @Override
  public int write(ByteBuffer src, long to) throws IOException {
    Objects.requireNonNull(src, "src");
    requireNotNegative(to, "position");
    requireWritable();
    return (int)
        run(
            handle -> {
              int length = src.remaining();
              if (length > 0) {
                if (file.mode().append()) {
                  handle.append(src);
                } else {
                  handle.write(to, src);
                }
                file.forceIfSync(handle);
              }
              return length;
            });
  }

  /**
   * Joins the sources, so that appending up to 1 MiB is one operation. What a failed write did not
   * take remains in its source.
   */
  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    requireWritable();
    return runAtPosition(
        handle -> {
          long all = 0;
          for (int i = offset; i < offset + length; i++) {
            all += srcs[i].remaining();
          }
          ByteBuffer joined = ByteBuffer.allocate((int) Math.min(all, CHUNK_BYTES));
          for (long left = all; left > 0; left -= joined.limit()) {
            joined.clear();
            for (int i = offset; i < offset + length; i++) {
              fill(joined, srcs[i].duplicate());
            }
            writeHere(handle, joined.flip());
            int taken = joined.limit();
            for (int i = offset; i < offset + length; i++) {
              int count = Math.min(taken, srcs[i].remaining());
              srcs[i].position(srcs[i].position() + count);
              taken -= count;
            }
          }
          file.forceIfSync(handle);
          return all;
        });
  }

  private static void fill(ByteBuffer target, ByteBuffer source) {
    int length = Math.min(target.remaining(), source.remaining());
    target.put(source.limit(source.position() + length));
  }

  @Override
  public long position() throws IOException {
    requireOpen();
    return runAtPosition(handle -> file.mode().append() ? handle.size() : position);
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    requireOpen();
    requireNotNegative(newPosition, "position");
    runAtPosition(handle -> position = newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    return run(FileTree.FileHandle::size);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    requireOpen();
    requireNotNegative(size, "size");
    requireWritable();
    runAtPosition(
        handle -> {
          if (size < handle.size()) {
            handle.truncate(size);
            file.forceIfSync(handle);
          }
          position = Math.min(position, size);
          return 0;
        });
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    requireOpen();
    if (!file.inReadOnlyFileSystem()) {
      run(
          handle -> {
            handle.force();
            return 0;
          });
    }
  }

  /**
   * A failure after some bytes is left to the next transfer: this one tells how many they are. To
   * another file of the container whole blocks are shared, if there are enough; all else is copied,
   * part by part: between parts of one file that overlap, bytes may be read that were written.
   */
  @Override
  public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
    requireOpen();
    if (!target.isOpen()) {
      throw new ClosedChannelException();
    }
    requireReadable();
    CapsaFileChannel ours = target instanceof CapsaFileChannel capsa ? capsa : null;
    if (ours != null) {
      ours.requireWritable();
    }
    requireNotNegative(from, "position");
    requireNotNegative(count, "count");
    BlockSharing.Taking taking =
        ours == null ? null : (done, left) -> ours.takeHere(this, from + done, left);
    return new BlockSharing(this, target, count)
        .run(
            () -> size() - from,
            taking,
            (done, buffer) -> {
              if (read(buffer, from + done) <= 0) {
                return 0;
              }
              return target.write(buffer.flip());
            });
  }

  /** As {@link #transferTo}. */
  @Override
  public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
    requireOpen();
    if (!source.isOpen()) {
      throw new ClosedChannelException();
    }
    requireWritable();
    CapsaFileChannel ours = source instanceof CapsaFileChannel capsa ? capsa : null;
    if (ours != null) {
      ours.requireReadable();
    }
    requireNotNegative(to, "position");
    requireNotNegative(count, "count");
    BlockSharing.Limit limit =
        () -> {
          if (!TRANSFER_GROWS && to > size()) {
            return 0;
          }
          return ours == null ? Long.MAX_VALUE : ours.size() - ours.position();
        };
    BlockSharing.Taking taking =
        ours == null ? null : (done, left) -> ours.giveHere(this, to + done, left);
    return new BlockSharing(source, this, count)
        .run(
            limit,
            taking,
            (done, buffer) -> source.read(buffer) <= 0 ? 0 : write(buffer.flip(), to + done));
  }

  /** Has this file take blocks at the position, or at the end when appending. */
  private long takeHere(CapsaFileChannel source, long from, long count) throws IOException {
    return runAtPosition(
        handle -> {
          boolean append = file.mode().append();
          long taken = take(handle, source, from, append ? handle.size() : position, count);
          position += append ? 0 : Math.max(0, taken);
          return taken;
        });
  }

  /** Has another file take blocks from the position of this one. */
  private long giveHere(CapsaFileChannel target, long to, long count) throws IOException {
    return runAtPosition(
        ignored -> {
          long taken = target.run(handle -> target.take(handle, this, position, to, count));
          position += Math.max(0, taken);
          return taken;
        });
  }

  private long take(
      FileTree.FileHandle handle, CapsaFileChannel source, long from, long to, long count)
      throws IOException {
    long gap = BlockSharing.gap(from, to, count);
    if (gap != 0) {
      return gap == BlockSharing.NO_BLOCKS ? 0 : -gap;
    }
    long taken = source.run(sourceHandle -> handle.take(sourceHandle, from, to, count));
    if (taken > 0) {
      file.forceIfSync(handle);
    }
    return taken;
  }

  /**
   * Maps the file as it is now: what is written later, by whatever channel, does not show in the
   * memory. A file that is too short grows, as with the JDK's own, if the channel may write.
   */
  @Override
  <T> T map(MapMode mapMode, long from, long size, long most, Mapper<T> mapper) throws IOException {
    requireOpen();
    Objects.requireNonNull(mapMode, "mode");
    requireNotNegative(from, "position");
    requireNotNegative(size, "size");
    requireNotNegative(from + size, "end");
    if (size > most) {
      throw new IllegalArgumentException("the size is above " + most + ": " + size);
    }
    if (mapMode != MapMode.READ_ONLY) {
      requireWritable();
    }
    requireReadable();
    if (mapMode != MapMode.READ_ONLY && mapMode != MapMode.PRIVATE) {
      throw new UnsupportedOperationException(
          "capsa: a file cannot be mapped " + mapMode + ", only READ_ONLY and PRIVATE");
    }
    List<T> mapped = new ArrayList<>(1);
    run(
        handle -> {
          mapped.add(map(handle, from, size, mapper));
          return 0;
        });
    return mapped.get(0);
  }

  private <T> T map(FileTree.FileHandle handle, long from, long size, Mapper<T> mapper)
      throws IOException {
    long end = from + size;
    if (end > handle.size()) {
      if (!file.mode().write()) {
        throw new IOException(
            "the file has "
                + handle.size()
                + " bytes, and the channel may not write to extend it to "
                + end);
      }
      handle.truncate(end);
    }
    Optional<T> mapped = handle.map(from, size, !file.inReadOnlyFileSystem(), mapper);
    return mapped.isPresent() ? mapped.get() : MappedCopy.map(handle, from, size, mapper);
  }

  /** Never waits: what holds an overlapping lock is in this process, and that is an error. */
  @Override
  public FileLock lock(long from, long size, boolean isShared) throws IOException {
    requireOpen();
    if (Thread.currentThread().isInterrupted()) {
      throw new FileLockInterruptionException();
    }
    return tryLock(from, size, isShared);
  }

  @Override
  public FileLock tryLock(long from, long size, boolean isShared) throws IOException {
    requireOpen();
    CapsaFileLock lock = CapsaFileLock.of(file, this, from, size, isShared);
    file.hold(lock);
    if (!isOpen()) {
      file.release(lock);
      throw new AsynchronousCloseException();
    }
    return lock;
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close(this);
  }
}
