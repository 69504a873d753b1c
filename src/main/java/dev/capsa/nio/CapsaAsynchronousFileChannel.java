package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An open file whose operations run in an executor; handlers are called there, too. Safe for any
 * number of threads. An interrupt of a thread of the executor does not close the channel.
 */
final class CapsaAsynchronousFileChannel extends AsynchronousFileChannel {
  private final OpenFile file;
  private final Executor executor;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** With no executor given, the operations run in threads that all such channels share. */
  CapsaAsynchronousFileChannel(OpenFile file, @Nullable Executor executor) {
    this.file = file;
    this.executor = executor == null ? DefaultPool.EXECUTOR : executor;
  }

  /** Threads that end when they are idle, and do not keep the process alive. */
  private static final class DefaultPool {
    static final Executor EXECUTOR =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "capsa-asynchronous-channel");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** An operation and its result. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  /** Takes the result of an operation, or else why it has none. */
  @FunctionalInterface
  private interface Outcome<T> {
    void accept(@Nullable T result, @Nullable Throwable failure);
  }

  /** Runs an operation in the executor. One that closing overtakes has no result. */
  private <T> void submit(Work<T> work, Outcome<T> outcome) {
    boolean open = isOpen();
    try {
      executor.execute(
          () -> {
            T result = null;
            Throwable failure = null;
            try {
              T done = open && isOpen() ? work.run() : null;
              result = isOpen() ? done : null;
            } catch (ClosedChannelException e) {
              // The same as if it had been closed a moment earlier.
            } catch (IOException | RuntimeException | Error e) {
              failure = e;
            }
            if (result == null && failure == null) {
              failure = open ? new AsynchronousCloseException() : new ClosedChannelException();
            }
            outcome.accept(result, failure);
          });
    } catch (RejectedExecutionException e) {
      ShutdownChannelGroupException shutdown = new ShutdownChannelGroupException();
      shutdown.initCause(e);
      throw shutdown;
    }
  }

  private <T> Future<T> inFuture(Work<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    submit(
        work,
        (result, failure) -> {
          if (failure == null) {
            future.complete(result);
          } else {
            future.completeExceptionally(failure);
          }
        });
    return future;
  }

  private <T, A extends @Nullable Object> void handled(
      Work<T> work, A attachment, CompletionHandler<T, ? super A> handler) {
    Objects.requireNonNull(handler, "handler");
    submit(
        work,
        (result, failure) -> {
          if (failure == null) {
            handler.completed(result, attachment);
          } else {
            handler.failed(failure, attachment);
          }
        });
  }

  private void requireOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private static void requireNotNegative(long number, String what) {
    if (number < 0) {
      throw new IllegalArgumentException(what + " is negative: " + number);
    }
  }

  private Work<Integer> reading(ByteBuffer dst, long position) {
    requireNotNegative(position, "position");
    file.requireReadable();
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("the buffer is read-only");
    }
    return () -> (int) file.run(handle -> dst.hasRemaining() ? handle.read(position, dst) : 0);
  }

  @Override
  public Future<Integer> read(ByteBuffer dst, long position) {
    return inFuture(reading(dst, position));
  }

  @Override
  public <A extends @Nullable Object> void read(
      ByteBuffer dst, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
    handled(reading(dst, position), attachment, handler);
  }

  private Work<Integer> writing(ByteBuffer src, long position) {
    requireNotNegative(position, "position");
    file.requireWritable();
    Objects.requireNonNull(src, "src");
    return () -> (int) file.run(handle -> write(handle, src, position));
  }

  private long write(FileTree.FileHandle handle, ByteBuffer src, long position) throws IOException {
    int written = src.hasRemaining() ? handle.write(position, src) : 0;
    file.forceIfSync(handle);
    return written;
  }

  @Override
  public Future<Integer> write(ByteBuffer src, long position) {
    return inFuture(writing(src, position));
  }

  @Override
  public <A extends @Nullable Object> void write(
      ByteBuffer src, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
    handled(writing(src, position), attachment, handler);
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    return file.run(FileTree.FileHandle::size);
  }

  @Override
  public AsynchronousFileChannel truncate(long size) throws IOException {
    requireOpen();
    requireNotNegative(size, "size");
    file.requireWritable();
    file.run(
        handle -> {
          if (size < handle.size()) {
            handle.truncate(size);
            file.forceIfSync(handle);
          }
          return 0;
        });
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    requireOpen();
    file.force();
  }

  /** Takes a lock at once, or fails at once: locks of a process never wait for each other. */
  private FileLock hold(long from, long size, boolean shared) {
    CapsaFileLock lock = CapsaFileLock.of(file, this, from, size, shared);
    file.hold(lock);
    return lock;
  }

  /** That of a lock that is held already, and given up if closing overtakes it. */
  private Work<FileLock> locking(long from, long size, boolean shared) {
    FileLock lock = hold(from, size, shared);
    if (!isOpen()) {
      file.release(lock);
    }
    return () -> lock;
  }

  @Override
  public Future<FileLock> lock(long from, long size, boolean shared) {
    return inFuture(locking(from, size, shared));
  }

  @Override
  public <A extends @Nullable Object> void lock(
      long from,
      long size,
      boolean shared,
      A attachment,
      CompletionHandler<FileLock, ? super A> handler) {
    Objects.requireNonNull(handler, "handler");
    handled(locking(from, size, shared), attachment, handler);
  }

  @Override
  public FileLock tryLock(long from, long size, boolean shared) throws IOException {
    requireOpen();
    FileLock lock = hold(from, size, shared);
    if (!isOpen()) {
      file.release(lock);
      throw new AsynchronousCloseException();
    }
    return lock;
  }

  @Override
  public boolean isOpen() {
    return !closed.get();
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      file.close(this);
    }
  }
}
