package dev.capsa.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What the benchmarks do, as one contestant does it. Not for concurrent writing; reads are. */
interface Peer extends AutoCloseable {
  /** Stores a small file. Directories are made beforehand by {@link #directory}. */
  void write(String path, byte[] content) throws Exception;

  /** Makes a directory, where the contestant has any. */
  default void directory(String path) throws Exception {}

  /** Makes everything written durable, as far as the contestant promises that. */
  void force() throws Exception;

  /** Reads a small file; returns its length. */
  int read(String path) throws Exception;

  /** Looks at size and time of a file; returns its size. */
  default long attributes(String path) throws Exception {
    throw unsupported();
  }

  /** Whether a file exists. */
  default boolean exists(String path) throws Exception {
    throw unsupported();
  }

  /** Lists every directory; returns the number of files. */
  default long list() throws Exception {
    throw unsupported();
  }

  /** Walks everything with attributes; returns the sum of the sizes. */
  default long walk() throws Exception {
    throw unsupported();
  }

  /** Opens the one large file, made if it is not there. */
  default Large large(String path, boolean write) throws Exception {
    throw unsupported();
  }

  @Override
  void close() throws Exception;

  /** Says that a contestant has no such operation. */
  static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException("this contestant does not take part here");
  }

  /** A large file. */
  interface Large extends AutoCloseable {
    /** Reads until the buffer is full. */
    void read(long position, ByteBuffer into) throws IOException;

    /** Writes all of the buffer. */
    void write(long position, ByteBuffer from) throws IOException;

    /** Makes it durable. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
  }
}
