package dev.capsa.raw;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The channel through which a file is mapped. It is opened at the first need and then kept: to
 * close a channel of a file drops the locks that this process has on it. If an interrupt closes it
 * nevertheless, it is opened again; no interrupt fails a mapping.
 */
final class MappingFile implements Closeable {
  private final Path file;
  private final Object identity;
  private final Set<? extends OpenOption> options;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private @Nullable FileChannel channel;

  /** Guarded by the lock. */
  private boolean closed;

  /**
   * @param identity what {@link FileRawStorage#identity} says of the file while it is the right one
   */
  MappingFile(Path file, Object identity, Set<? extends OpenOption> options) {
    this.file = file;
    this.identity = identity;
    this.options = options;
  }

  <T> T map(long offset, long length, Mapper<T> mapper) throws IOException {
    boolean interrupted = Thread.interrupted();
    lock.lock();
    try {
      while (true) {
        try {
          FileChannel open = open();
          if (Ranges.passes(offset, length, open.size())) {
            throw Ranges.endOfFile(offset, length, open.size(), file.toString());
          }
          return mapper.map(open, offset);
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (closed) {
      throw new ClosedChannelException();
    }
    if (open == null || !open.isOpen()) {
      open = FileChannel.open(file, options);
      channel = open;
      if (!identity.equals(FileRawStorage.identity(file))) {
        open.close();
        throw new IOException(file + " is not the file that was opened");
      }
    }
    return open;
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      if (channel != null) {
        channel.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
