package dev.capsa.raw;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An open file that no interrupt can close.
 *
 * <p>A {@link java.nio.channels.FileChannel} is closed, for all its users, when a thread inside it
 * is interrupted. An {@link AsynchronousFileChannel} is not an {@link
 * java.nio.channels.InterruptibleChannel}; given an executor that runs each task in the thread that
 * submits it, it does plain positional I/O without handing anything to another thread. Where the
 * system completes I/O in threads of its own (Windows), the caller waits and ignores interrupts
 * until then. Either way the caller's interrupt status is as before.
 *
 * <p>Safe for use by many threads at once.
 */
final class UninterruptibleFile implements Closeable {
  /**
   * The most that is read or written at once. The JDK copies heap buffers through a direct buffer
   * of the same size, and keeps it for the life of the thread.
   */
  static final int CHUNK_BYTES = 256 << 10;

  private static final ExecutorService IN_THE_CALLER = new InTheCaller();

  private final AsynchronousFileChannel channel;

  UninterruptibleFile(AsynchronousFileChannel channel) {
    this.channel = channel;
  }

  static UninterruptibleFile open(Path file, Set<? extends OpenOption> options) throws IOException {
    return new UninterruptibleFile(AsynchronousFileChannel.open(file, options, IN_THE_CALLER));
  }

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @return whether the buffer is full
   */
  boolean read(long offset, ByteBuffer destination) throws IOException {
    int limit = destination.limit();
    long at = offset;
    try {
      while (destination.position() < limit) {
        destination.limit(limit - Math.max(0, limit - destination.position() - CHUNK_BYTES));
        int count = await(channel.read(destination, at));
        if (count < 0) {
          return false;
        }
        at += count;
      }
      return true;
    } finally {
      destination.limit(limit);
    }
  }

  /** Writes all remaining bytes. */
  void write(long offset, ByteBuffer source) throws IOException {
    long at = offset;
    while (source.hasRemaining()) {
      at += await(channel.write(source, at));
    }
  }

  long size() throws IOException {
    return channel.size();
  }

  void truncate(long length) throws IOException {
    channel.truncate(length);
  }

  /** Makes the bytes, and what is needed to find them, durable. */
  void force() throws IOException {
    channel.force(false);
  }

  /** Locks a range for this process alone; null if another process has locked it. */
  @Nullable FileLock tryLock(long offset, long count) throws IOException {
    return channel.tryLock(offset, count, false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static int await(Future<Integer> pending) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return pending.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException failure) {
        throw failure;
      }
      throw new IOException("file I/O failed: " + cause, cause);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs each task in the thread that submits it; has no life to end. */
  private static final class InTheCaller extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }
}
