package dev.capsa.bench;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes the contestants. */
final class Peers {
  private Peers() {}

  /** Opens a contestant in a directory of its own; {@code bytes} is what it will have to hold. */
  static Peer open(String name, Path directory, long bytes) throws Exception {
    return switch (name) {
      case "capsa" -> capsa(directory, bytes);
      case "default" -> defaultFs(directory);
      case "zipfs" -> new ZipPeer(directory);
      case "jimfs" -> jimfs();
      case "sqlite" -> new SqlitePeer(directory);
      case "mvstore" -> new MvStorePeer(directory);
      case "raw" -> new RawPeer(directory, bytes);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Peer capsa(Path directory, long bytes) throws IOException {
    FileSystem fs =
        FileSystems.newFileSystem(
            URI.create("capsa://" + directory.resolve("bench.capsa").toAbsolutePath()),
            Map.of("create", "true", "initialSize", Long.toString(bytes)));
    Path root = fs.getPath("/");
    FileChannel barrier = FileChannel.open(root, StandardOpenOption.READ);
    return new NioPeer(fs, root, () -> barrier.force(true));
  }

  private static Peer defaultFs(Path directory) {
    Path root = directory.resolve("files");
    return new NioPeer(FileSystems.getDefault(), root, () -> forceTree(root)) {
      @Override
      public void close() {}
    };
  }

  /** The files are durable when each was forced; the JDK has no call for a whole tree. */
  private static void forceTree(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(root)) {
      all = walk.toList();
    }
    for (Path each : all) {
      try (FileChannel channel = FileChannel.open(each, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static Peer jimfs() throws IOException {
    FileSystem fs =
        Jimfs.newFileSystem(Configuration.unix().toBuilder().setMaxSize(8L << 30).build());
    Path root = fs.getPath("/bench");
    Files.createDirectory(root);
    return new NioPeer(fs, root, () -> {});
  }

  /** Removes a directory and all in it. */
  static void clear(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> walk = Files.walk(directory)) {
        for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    Files.createDirectories(directory);
  }

  /** A zip file, stored; it is durable when it was closed, forced and opened again. */
  static final class ZipPeer implements Peer {
    private final Path file;
    private NioPeer open;

    ZipPeer(Path directory) throws IOException {
      file = directory.resolve("bench.zip");
      reopen();
    }

    private void reopen() throws IOException {
      FileSystem fs =
          FileSystems.newFileSystem(
              URI.create("jar:" + file.toUri()),
              Map.of("create", "true", "compressionMethod", "STORED"));
      open = new NioPeer(fs, fs.getPath("/"), () -> {});
    }

    @Override
    public void write(String path, byte[] content) throws Exception {
      open.write(path, content);
    }

    @Override
    public void directory(String path) throws Exception {
      open.directory(path);
    }

    @Override
    public void force() throws Exception {
      open.close();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      reopen();
    }

    @Override
    public int read(String path) throws Exception {
      return open.read(path);
    }

    @Override
    public long attributes(String path) throws Exception {
      return open.attributes(path);
    }

    @Override
    public boolean exists(String path) {
      return open.exists(path);
    }

    @Override
    public long list() throws Exception {
      return open.list();
    }

    @Override
    public long walk() throws Exception {
      return open.walk();
    }

    /** A zip file system has channels that read, and channels that write a whole new file. */
    @Override
    public Large large(String path, boolean write) {
      return new Large() {
        private SeekableByteChannel channel;
        private boolean writing;

        private SeekableByteChannel channel(boolean toWrite) throws IOException {
          if (channel == null || writing != toWrite) {
            close();
            Path large = open.fs.getPath("/").resolve(path);
            channel =
                toWrite
                    ? Files.newByteChannel(
                        large, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    : Files.newByteChannel(large);
            writing = toWrite;
          }
          return channel;
        }

        @Override
        public synchronized void read(long position, ByteBuffer into) throws IOException {
          SeekableByteChannel from = channel(false).position(position);
          while (into.hasRemaining()) {
            from.read(into);
          }
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
          SeekableByteChannel to = channel(true).position(position);
          while (from.hasRemaining()) {
            to.write(from);
          }
        }

        @Override
        public void force() throws IOException {
          close();
          try {
            ZipPeer.this.force();
          } catch (IOException | RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IOException(e);
          }
        }

        @Override
        public void close() throws IOException {
          if (channel != null) {
            channel.close();
            channel = null;
          }
        }
      };
    }

    @Override
    public void close() throws Exception {
      open.close();
    }
  }
}
