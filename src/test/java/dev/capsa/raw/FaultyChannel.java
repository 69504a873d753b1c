package dev.capsa.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A file whose writes and forces fail when they are told to. Not safe for many threads. */
final class FaultyChannel extends AsynchronousFileChannel {
  private final AsynchronousFileChannel file;
  private long failingFrom = Long.MAX_VALUE;
  private String failure = "";
  private boolean forcesFail;
  private int forces;
  private long writtenBytes;

  private FaultyChannel(AsynchronousFileChannel file) {
    this.file = file;
  }

  /** A new file that does not fail yet. */
  static FaultyChannel open(Path path) throws IOException {
    return new FaultyChannel(
        AsynchronousFileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  /** Lets writes fail that pass an offset, after they wrote what lies before it. */
  void failWritesFrom(long offset, String message) {
    failingFrom = offset;
    failure = message;
  }

  void failForces(boolean fail) {
    forcesFail = fail;
  }

  int forces() {
    return forces;
  }

  long writtenBytes() {
    return writtenBytes;
  }

  @Override
  public Future<Integer> write(ByteBuffer source, long position) {
    if (position >= failingFrom) {
      return CompletableFuture.failedFuture(new IOException(failure));
    }
    int limit = source.limit();
    int count = (int) Math.min(source.remaining(), failingFrom - position);
    writtenBytes += count;
    source.limit(source.position() + count);
    Future<Integer> written = file.write(source, position);
    try {
      written.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    source.limit(limit);
    return written;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    forces++;
    if (forcesFail) {
      throw new IOException("Input/output error");
    }
    file.force(metaData);
  }

  @Override
  public Future<Integer> read(ByteBuffer destination, long position) {
    return file.read(destination, position);
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public AsynchronousFileChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public <A> void read(
      ByteBuffer destination,
      long position,
      A attachment,
      CompletionHandler<Integer, ? super A> handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <A> void write(
      ByteBuffer source,
      long position,
      A attachment,
      CompletionHandler<Integer, ? super A> handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <A> void lock(
      long position,
      long size,
      boolean shared,
      A attachment,
      CompletionHandler<FileLock, ? super A> handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<FileLock> lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }
}
