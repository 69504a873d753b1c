package dev.capsa.nio;

import dev.capsa.raw.Mapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * The form for JDK 22 and later of a channel whose file can be mapped, as a buffer or as a memory
 * segment.
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

  @Override
  public final MemorySegment map(MapMode mode, long from, long size, Arena arena)
      throws IOException {
    Objects.requireNonNull(arena, "arena");
    return map(mode, from, size, Long.MAX_VALUE, new SegmentMapper(mode, size, arena));
  }

  /** Maps into an arena; its scope is what every segment of it holds. */
  private record SegmentMapper(MapMode mode, long size, Arena arena)
      implements Mapper<MemorySegment> {
    @Override
    public MemorySegment map(FileChannel file, long offset) throws IOException {
      return file.map(mode, offset, size, arena);
    }

    @Override
    public Object keeper(MemorySegment mapped) {
      return mapped.scope();
    }
  }
}
