package dev.capsa.cli;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Copies the content of files and leaves out blocks of zeros, so that what is a hole stays one, or
 * becomes one.
 *
 * <p>Where the host's file goes on with zeros for long, it is read past the system's cache: Java
 * cannot ask where holes are, and the cache fills one page by page, a hundred times slower.
 * Confined to one thread at a time; one object copies many files.
 */
final class FileCopy {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int BLOCK_BYTES = 4096;
  private static final int LONG_HOLE_BYTES = 8 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK_BYTES).asReadOnlyBuffer();

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES + BLOCK_BYTES)
          .alignedSlice(BLOCK_BYTES)
          .slice(0, BUFFER_BYTES);
  private final Tally tally;

  /** Bytes, and of them bytes of holes, that the tally has of the file at work. */
  private long tallied;

  private long talliedHoles;

  FileCopy(Tally tally) {
    this.tally = tally;
  }

  /**
   * Copies all bytes into an empty file. The tally grows meanwhile; if this fails, it is as before.
   *
   * @param plain the source, open
   */
  void copy(Path source, FileChannel plain, FileChannel target) throws IOException {
    tallied = 0;
    talliedHoles = 0;
    boolean done = false;
    try {
      copyAll(source, plain, target);
      done = true;
    } finally {
      if (!done) {
        tally.bytes.add(-tallied);
        tally.holes.add(-talliedHoles);
      }
    }
  }

  private void copyAll(Path source, FileChannel plain, FileChannel target) throws IOException {
    long written = 0;
    long skipped = 0;
    long position = 0;
    while (fill(plain, position)) {
      written = Math.max(written, write(target, position));
      position += buffer.limit();
      count(buffer.limit());
      if (position - Math.max(written, skipped) >= LONG_HOLE_BYTES && isOfHost(source)) {
        position = skipHole(source, position);
        skipped = position;
      }
    }
    if (written < position) {
      // A file ends in a hole only if its last byte is written.
      writeAll(target, ByteBuffer.allocate(1), position - 1);
    }
  }

  private void count(long bytes) {
    tallied += bytes;
    tally.bytes.add(bytes);
  }

  private void countHole(long bytes) {
    talliedHoles += bytes;
    tally.holes.add(bytes);
  }

  private static boolean isOfHost(Path source) {
    return source.getFileSystem() == FileSystems.getDefault();
  }

  /** Where the zeros from a position on end, as far as whole buffers tell. */
  private long skipHole(Path source, long position) {
    long at = position;
    try (FileChannel direct =
        FileChannel.open(source, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
      while (direct.read(buffer.clear(), at) == BUFFER_BYTES && isZero(0, BUFFER_BYTES)) {
        at += BUFFER_BYTES;
        count(BUFFER_BYTES);
        countHole(BUFFER_BYTES);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Not here: the rest is read like any other file, and says it if it cannot be read.
    }
    return at;
  }

  /** Reads as much as the buffer takes; false at the end. */
  private boolean fill(FileChannel source, long position) throws IOException {
    buffer.clear();
    int count;
    do {
      count = source.read(buffer, position + buffer.position());
    } while (count >= 0 && buffer.hasRemaining());
    return buffer.flip().hasRemaining();
  }

  /**
   * Writes the buffer's runs of blocks that are not zero; what has no whole block is written in any
   * case. Says where the last one ends, 0 if there is none.
   */
  private long write(FileChannel target, long position) throws IOException {
    int bytes = buffer.limit();
    if (position == 0 && bytes <= BLOCK_BYTES) {
      return writeRun(target, position, 0, bytes);
    }
    long written = 0;
    int at = 0;
    while (at < bytes) {
      int start = at;
      boolean zero = isZero(at, Math.min(BLOCK_BYTES, bytes - at));
      do {
        at = Math.min(bytes, at + BLOCK_BYTES);
      } while (at < bytes && isZero(at, Math.min(BLOCK_BYTES, bytes - at)) == zero);
      if (zero) {
        countHole(at - start);
      } else {
        written = writeRun(target, position, start, at);
      }
    }
    return written;
  }

  private long writeRun(FileChannel target, long position, int from, int to) throws IOException {
    writeAll(target, buffer.slice(from, to - from), position + from);
    return position + to;
  }

  private static void writeAll(FileChannel target, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += target.write(bytes, at);
    }
  }

  private boolean isZero(int offset, int bytes) {
    for (int done = 0; done < bytes; done += BLOCK_BYTES) {
      int count = Math.min(BLOCK_BYTES, bytes - done);
      if (buffer.slice(offset + done, count).mismatch(ZEROS.slice(0, count)) >= 0) {
        return false;
      }
    }
    return true;
  }
}
