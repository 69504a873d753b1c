package dev.capsa.nio;

import dev.capsa.inode.InodeException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Exceptions with the user's path, of the types and in the cases that the JDK has on Linux. */
final class Errors {
  private Errors() {}

  /**
   * What the user gets for a refusal of the inode layer.
   *
   * @param other the second path of the operation, if it has one: of copies and moves the target
   */
  static FileSystemException of(InodeException e, Path path, @Nullable Path other) {
    String file = path.toString();
    String second = other == null ? null : other.toString();
    FileSystemException exception =
        switch (e.reason()) {
          case NO_SUCH_FILE -> new NoSuchFileException(file, second, null);
          case ALREADY_EXISTS -> new FileAlreadyExistsException(second == null ? file : second);
          case NOT_A_DIRECTORY -> notDirectory(path, second);
          case IS_A_DIRECTORY -> new FileSystemException(file, second, "Is a directory");
          case DIRECTORY_NOT_EMPTY ->
              new DirectoryNotEmptyException(second == null ? file : second);
          case NOT_A_LINK -> new NotLinkException(file);
          case INTO_ITSELF ->
              new FileSystemException(file, second, "A directory cannot move into itself");
          case NAME_TOO_LONG, TOO_MANY_LINKS, NO_SUCH_ATTRIBUTE, TOO_LARGE ->
              new FileSystemException(file, second, e.getMessage());
        };
    exception.initCause(e);
    return exception;
  }

  static FileSystemException of(InodeException e, Path path) {
    return of(e, path, null);
  }

  static NoSuchFileException missing(Path path) {
    return new NoSuchFileException(path.toString());
  }

  static FileSystemException notDirectory(Path path, @Nullable String other) {
    return new FileSystemException(path.toString(), other, "Not a directory");
  }

  static FileSystemException because(Path path, String reason) {
    return new FileSystemException(path.toString(), null, reason);
  }
}
