package dev.capsa.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A contestant behind {@code java.nio.file}. Paths are prepared, as the targets say. */
class NioPeer implements Peer {
  /** How a contestant makes all durable. */
  interface Force {
    void run() throws Exception;
  }

  final FileSystem fs;
  private final Path root;
  private final Force force;
  private final Map<String, Path> paths = new HashMap<>();

  NioPeer(FileSystem fs, Path root, Force force) {
    this.fs = fs;
    this.root = root;
    this.force = force;
  }

  private Path path(String path) {
    Path known = paths.get(path);
    return known != null ? known : root.resolve(path);
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    Path made = root.resolve(path);
    Files.write(made, content);
    paths.put(path, made);
  }

  @Override
  public void directory(String path) throws IOException {
    Files.createDirectories(root.resolve(path));
  }

  @Override
  public void force() throws Exception {
    force.run();
  }

  @Override
  public int read(String path) throws IOException {
    return Files.readAllBytes(path(path)).length;
  }

  @Override
  public long attributes(String path) throws IOException {
    return Files.readAttributes(path(path), BasicFileAttributes.class).size();
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(path(path));
  }

  @Override
  public long list() throws IOException {
    long files = 0;
    try (Stream<Path> directories = Files.list(root)) {
      for (Path directory : (Iterable<Path>) directories::iterator) {
        if (Files.isDirectory(directory)) {
          try (Stream<Path> inside = Files.list(directory)) {
            files += inside.count();
          }
        }
      }
    }
    return files;
  }

  @Override
  public long walk() throws IOException {
    long[] bytes = new long[1];
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes[0];
  }

  @Override
  public Large large(String path, boolean write) throws IOException {
    Path file = root.resolve(path);
    SeekableByteChannel channel =
        write
            ? Files.newByteChannel(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)
            : Files.newByteChannel(file);
    return new ChannelLarge(channel, force);
  }

  @Override
  public void close() throws Exception {
    fs.close();
  }

  /** A large file behind a channel. */
  static class ChannelLarge implements Large {
    final SeekableByteChannel channel;
    private final Force force;

    ChannelLarge(SeekableByteChannel channel, Force force) {
      this.channel = channel;
      this.force = force;
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      if (channel instanceof FileChannel file) {
        for (long at = position; into.hasRemaining(); ) {
          at += file.read(into, at);
        }
      } else {
        channel.position(position);
        while (into.hasRemaining()) {
          channel.read(into);
        }
      }
    }

    @Override
    public void write(long position, ByteBuffer from) throws IOException {
      channel.position(position);
      while (from.hasRemaining()) {
        channel.write(from);
      }
    }

    @Override
    public void force() throws IOException {
      if (channel instanceof FileChannel file) {
        file.force(true);
      } else {
        try {
          force.run();
        } catch (IOException | RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IOException(e);
        }
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
