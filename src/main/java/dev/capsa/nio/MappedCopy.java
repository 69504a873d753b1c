package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import dev.capsa.raw.Mapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Maps a part of a file that cannot be mapped where it is: as a copy in a temporary file, which has
 * no name any more, where the system allows that, once it is mapped. Holes stay holes.
 */
final class MappedCopy {
  private static final int CHUNK_BYTES = 1 << 16;

  private static final byte[] ZEROS = new byte[CHUNK_BYTES];

  private MappedCopy() {}

  static <T> T map(FileTree.FileHandle handle, long from, long size, Mapper<T> mapper)
      throws IOException {
    Path copy = Files.createTempFile("capsa-", ".map");
    try (FileChannel channel =
        FileChannel.open(
            copy,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, CHUNK_BYTES));
      for (long done = 0; done < size; done += buffer.limit()) {
        buffer.clear().limit((int) Math.min(size - done, buffer.capacity()));
        if (handle.read(from + done, buffer) < 0) {
          throw new EOFException(size + " bytes at " + from + " pass the end of the file");
        }
        buffer.flip();
        int count = buffer.limit();
        if (!Arrays.equals(buffer.array(), 0, count, ZEROS, 0, count)) {
          for (long at = done; buffer.hasRemaining(); ) {
            at += channel.write(buffer, at);
          }
        }
      }
      if (channel.size() < size) {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
      return mapper.map(channel, 0);
    }
  }
}
