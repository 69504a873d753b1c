package dev.capsa.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * A plain channel on one large file that was filled with zeros beforehand, written one file behind
 * the other through a buffer of 1 MiB: the limit of the machine. Names are known to the heap alone.
 */
final class RawPeer implements Peer {
  private final FileChannel channel;
  private final ByteBuffer staging = ByteBuffer.allocateDirect(1 << 20);
  private final Map<String, long[]> places = new HashMap<>();
  private long end;

  RawPeer(Path directory, long bytes) throws IOException {
    channel =
        FileChannel.open(
            directory.resolve("raw"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (channel.size() < bytes) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
      for (long at = channel.size(); at < bytes; at += zeros.capacity()) {
        channel.write(zeros.clear(), at);
      }
      channel.force(true);
    }
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    if (content.length > staging.remaining()) {
      flush();
    }
    places.put(path, new long[] {end + staging.position(), content.length});
    staging.put(content);
  }

  private void flush() throws IOException {
    staging.flip();
    while (staging.hasRemaining()) {
      end += channel.write(staging, end);
    }
    staging.clear();
  }

  @Override
  public void force() throws IOException {
    flush();
    channel.force(false);
  }

  @Override
  public int read(String path) throws IOException {
    long[] place = places.get(path);
    ByteBuffer content = ByteBuffer.allocate((int) place[1]);
    return channel.read(content, place[0]);
  }

  @Override
  public Large large(String path, boolean write) {
    return new NioPeer.ChannelLarge(channel, this::force) {
      @Override
      public void write(long position, ByteBuffer from) throws IOException {
        for (long at = position; from.hasRemaining(); ) {
          at += RawPeer.this.channel.write(from, at);
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
