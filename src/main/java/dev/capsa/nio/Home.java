package dev.capsa.nio;

import dev.capsa.raw.ContainerAccess;
import dev.capsa.raw.FileRawStorage;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Where a container lies: in a file, or in the heap. Its text is for messages. */
sealed interface Home {
  /**
   * Equal for two homes of one container, however they are spelled.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  Object key() throws IOException;

  /** What stands before the path in the URIs of the container's files. */
  String uriPrefix();

  /** The file, if there is one. */
  Optional<Path> file();

  /** Bytes that the container may grow by, as far as its home has room. */
  long usableBytes() throws IOException;

  /** Agrees with the other openings. */
  ContainerAccess access(boolean readOnly) throws IOException;

  /** Opens the medium. */
  RawStorage open(boolean readOnly, FileRawStorage.Reads reads) throws IOException;

  /** Opens the medium once more, to look at what lies there. */
  RawStorage openBeside(RawStorage open) throws IOException;

  /** In a file of whatever provider. */
  record InFile(Path path) implements Home {
    /** The file key, as far as that tells it from all files of this process; else the real path. */
    @Override
    public Object key() throws IOException {
      Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      boolean unique = path.getFileSystem() == FileSystems.getDefault() || key instanceof InodeKey;
      return key != null && unique ? key : path.toRealPath();
    }

    @Override
    public String uriPrefix() {
      return Addresses.prefix(path);
    }

    @Override
    public Optional<Path> file() {
      return Optional.of(path);
    }

    @Override
    public long usableBytes() throws IOException {
      return Math.max(0, Files.getFileStore(path).getUsableSpace());
    }

    @Override
    public ContainerAccess access(boolean readOnly) throws IOException {
      return ContainerAccess.open(path, readOnly);
    }

    @Override
    public RawStorage open(boolean readOnly, FileRawStorage.Reads reads) throws IOException {
      return FileRawStorage.open(path, readOnly, reads);
    }

    @Override
    public RawStorage openBeside(RawStorage open) throws IOException {
      return open(true, FileRawStorage.Reads.CHANNEL);
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** In the heap, under a name in this process. It vanishes when it is closed. */
  record InMemory(String name) implements Home {
    @Override
    public Object key() {
      return this;
    }

    @Override
    public String uriPrefix() {
      return Addresses.SCHEME + ":" + Addresses.MEMORY + name + "!";
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }

    /** What the heap may yet take, about; there is no promise in it. */
    @Override
    public long usableBytes() {
      Runtime runtime = Runtime.getRuntime();
      long used = runtime.totalMemory() - runtime.freeMemory();
      return Math.max(0, runtime.maxMemory() - used);
    }

    @Override
    public ContainerAccess access(boolean readOnly) {
      return ContainerAccess.ALONE;
    }

    @Override
    public RawStorage open(boolean readOnly, FileRawStorage.Reads reads) {
      return new MemoryRawStorage();
    }

    @Override
    public RawStorage openBeside(RawStorage open) throws IOException {
      return ((MemoryRawStorage) open).snapshot();
    }

    @Override
    public String toString() {
      return "memory/" + name;
    }
  }
}
