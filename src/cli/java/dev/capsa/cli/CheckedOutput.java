package dev.capsa.cli;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that remembers its first failure, since writers of text keep failures to themselves.
 * Each write goes on at once. Safe for many threads as far as the stream under it is.
 */
final class CheckedOutput extends OutputStream {
  private final OutputStream stream;
  private volatile @Nullable IOException failure;

  CheckedOutput(OutputStream stream) {
    this.stream = stream;
  }

  /** Why output was lost; null if none was. */
  @Nullable IOException failure() {
    return failure;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    try {
      stream.write(bytes, offset, count);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      stream.flush();
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }
}
