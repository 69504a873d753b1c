package dev.capsa.raw;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * Maps a part of a file into memory; it alone knows as what.
 *
 * @param <T> what stands for the mapped memory
 */
public interface Mapper<T> {
  /**
   * Maps, and neither reads nor keeps the channel.
   *
   * @param file a channel of the file, for reading, and for writing if the medium is
   * @param offset first byte to map
   */
  T map(FileChannel file, long offset) throws IOException;

  /** What cannot be reached any more once nobody can reach the mapped memory. */
  default Object keeper(T mapped) {
    return mapped;
  }
}
