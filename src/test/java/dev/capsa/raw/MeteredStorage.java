package dev.capsa.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes that are read and written. Survives closing, so that it can be opened again. */
public final class MeteredStorage extends PassingStorage {
  private final LongAdder read = new LongAdder();
  private final LongAdder written = new LongAdder();

  /** Counts what another medium does. */
  public MeteredStorage(RawStorage inner) {
    super(inner);
  }

  /** Bytes that were asked for so far. */
  public long bytesRead() {
    return read.sum();
  }

  /** Bytes that were written so far. */
  public long bytesWritten() {
    return written.sum();
  }

  @Override
  public void read(long offset, ByteBuffer destination) throws IOException {
    read.add(destination.remaining());
    super.read(offset, destination);
  }

  @Override
  public void write(long offset, ByteBuffer... sources) throws IOException {
    for (ByteBuffer source : sources) {
      written.add(source.remaining());
    }
    super.write(offset, sources);
  }

  @Override
  public void close() {}
}
