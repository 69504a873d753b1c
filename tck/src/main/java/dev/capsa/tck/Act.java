package dev.capsa.tck;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;

/** What can be asked of a provider about a file that exists and a name that is free. */
enum Act {
  OPEN_TO_READ(false, (it, file, free) -> it.newByteChannel(file, Set.of(READ)).close()),
  OPEN_TO_WRITE(true, (it, file, free) -> it.newByteChannel(file, Set.of(WRITE)).close()),
  OPEN_TO_APPEND(true, (it, file, free) -> it.newByteChannel(file, Set.of(APPEND)).close()),
  TRUNCATE(
      true, (it, file, free) -> it.newByteChannel(file, Set.of(WRITE, TRUNCATE_EXISTING)).close()),
  CREATE_FILE(true, (it, file, free) -> it.newByteChannel(free, Set.of(WRITE, CREATE_NEW)).close()),
  OPEN_OR_CREATE(true, (it, file, free) -> it.newByteChannel(free, Set.of(WRITE, CREATE)).close()),
  INPUT_STREAM(false, (it, file, free) -> it.newInputStream(file).close()),
  OUTPUT_STREAM(true, (it, file, free) -> it.newOutputStream(file).close()),
  NEW_OUTPUT_STREAM(true, (it, file, free) -> it.newOutputStream(free).close()),
  LIST(false, (it, file, free) -> it.newDirectoryStream(file, path -> true).close()),
  CREATE_DIRECTORY(true, (it, file, free) -> it.createDirectory(free)),
  DELETE(true, (it, file, free) -> it.delete(file)),
  DELETE_IF_EXISTS(true, (it, file, free) -> it.deleteIfExists(file)),
  COPY(true, (it, file, free) -> it.copy(file, free)),
  COPY_REPLACING(true, (it, file, free) -> it.copy(file, free, REPLACE_EXISTING)),
  MOVE(true, (it, file, free) -> it.move(file, free)),
  MOVE_REPLACING(true, (it, file, free) -> it.move(file, free, REPLACE_EXISTING)),
  MOVE_ATOMICALLY(true, (it, file, free) -> it.move(file, free, ATOMIC_MOVE)),
  CHECK_ACCESS(false, (it, file, free) -> it.checkAccess(file)),
  FILE_STORE(false, (it, file, free) -> it.getFileStore(file)),
  READ_ATTRIBUTES(false, (it, file, free) -> it.readAttributes(file, BasicFileAttributes.class)),
  READ_ATTRIBUTES_BY_NAME(false, (it, file, free) -> it.readAttributes(file, "*")),
  SET_TIME(
      true, (it, file, free) -> it.setAttribute(file, "lastModifiedTime", FileTime.fromMillis(1)));

  private interface Body {
    void on(FileSystemProvider provider, Path file, Path free) throws IOException;
  }

  private final boolean changes;
  private final Body body;

  Act(boolean changes, Body body) {
    this.changes = changes;
    this.body = body;
  }

  /** Whether it changes the file system. */
  boolean changes() {
    return changes;
  }

  /** Asks the provider. Whoever gives a path of another provider gets what the provider throws. */
  void on(FileSystemProvider provider, Path file, Path free) throws IOException {
    body.on(provider, file, free);
  }
}
