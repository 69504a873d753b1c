package dev.capsa.raw;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes all calls on; for media that do one of them differently. */
public class PassingStorage implements RawStorage {
  private final RawStorage inner;

  /** Passes on to another medium. */
  public PassingStorage(RawStorage inner) {
    this.inner = inner;
  }

  @Override
  public long length() throws IOException {
    return inner.length();
  }

  @Override
  public void read(long offset, ByteBuffer destination) throws IOException {
    inner.read(offset, destination);
  }

  @Override
  public void write(long offset, ByteBuffer... sources) throws IOException {
    inner.write(offset, sources);
  }

  @Override
  public void resize(long length) throws IOException {
    inner.resize(length);
  }

  @Override
  public void force() throws IOException {
    inner.force();
  }

  @Override
  public void close() throws IOException {
    inner.close();
  }
}
