package dev.capsa.nio;

import dev.capsa.raw.Mapper;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A channel whose file can be mapped, as a buffer or, on JDK 22 and later, where another form of
 * this class takes its place in the jar, as a memory segment.
 */
abstract class MappableChannel extends FileChannel {
  /**
   * Maps.
   *
   * @param most most bytes that this kind of memory can have
   */
  abstract <T> T map(MapMode mode, long from, long size, long most, Mapper<T> mapper)
      throws IOException;

  @Override
  public final MappedByteBuffer map(MapMode mode, long from, long size) throws IOException {
    return map(mode, from, size, Integer.MAX_VALUE, (file, at) -> file.map(mode, at, size));
  }
}
