package dev.capsa.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;

/**
 * Tells by a look at a file whether this provider answers for it. Looks at the magic of the header
 * and of its copy, not at more: whether the container is sound is seen at opening.
 */
final class Probe {
  private static final String EXTENSION = ".capsa";
  private static final byte[] MAGIC = {(byte) 0x89, 'C', 'A', 'P', 'S', 'A', '\r', '\n'};
  private static final long COPY_OFFSET = 15 * 4096;

  private Probe() {}

  /**
   * Whether a file is a container, or may become one: a missing or empty one that is to be created
   * and has the extension {@code .capsa}. Without the latter a call meant for another provider
   * would leave a container in its place.
   */
  static boolean isOurs(Path file, boolean create) throws IOException {
    if (Files.notExists(file)) {
      return create && hasExtension(file);
    }
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      return false;
    }
    if (attributes.size() == 0) {
      return create && hasExtension(file);
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
      return hasMagic(channel, 0) || hasMagic(channel, COPY_OFFSET);
    }
  }

  private static boolean hasExtension(Path file) {
    Path name = file.getFileName();
    return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(EXTENSION);
  }

  private static boolean hasMagic(SeekableByteChannel channel, long offset) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAGIC.length);
    channel.position(offset);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // Reads on to the end.
    }
    return bytes.flip().equals(ByteBuffer.wrap(MAGIC));
  }
}
