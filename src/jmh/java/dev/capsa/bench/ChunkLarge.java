package dev.capsa.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A large file of a contestant that has values, not files: a value for each 64 KiB. */
abstract class ChunkLarge implements Peer.Large {
  static final int CHUNK_BYTES = 64 << 10;

  /** A part of a value. */
  abstract byte[] get(long chunk, int offset, int length) throws Exception;

  /** A whole value. */
  abstract void put(long chunk, byte[] content) throws Exception;

  /** Makes all durable. */
  abstract void commit() throws Exception;

  @Override
  public void read(long position, ByteBuffer into) throws IOException {
    for (long at = position; into.hasRemaining(); ) {
      int offset = (int) (at % CHUNK_BYTES);
      int length = Math.min(CHUNK_BYTES - offset, into.remaining());
      long chunk = at / CHUNK_BYTES;
      into.put(checked(() -> get(chunk, offset, length)));
      at += length;
    }
  }

  /** Whole chunks only: the benchmark's buffers are such. */
  @Override
  public void write(long position, ByteBuffer from) throws IOException {
    for (long at = position; from.hasRemaining(); at += CHUNK_BYTES) {
      byte[] content = new byte[CHUNK_BYTES];
      from.get(content);
      long chunk = at / CHUNK_BYTES;
      checked(
          () -> {
            put(chunk, content);
            return content;
          });
    }
  }

  @Override
  public void force() throws IOException {
    checked(
        () -> {
          commit();
          return this;
        });
  }

  @Override
  public void close() {}

  private interface Step<T> {
    T run() throws Exception;
  }

  private static <T> T checked(Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
