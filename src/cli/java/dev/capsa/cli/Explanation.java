package dev.capsa.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/** What went wrong, in one line for people. */
final class Explanation {
  private Explanation() {}

  /** Exceptions of java.nio.file often have no more message than the path. */
  static String of(Throwable e) {
    return oneLine(text(e));
  }

  private static String text(Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException missing) {
      String file = missing.getFile();
      return "no such file: " + (file == null ? message : file + hintFor(file));
    } else if (e instanceof FileAlreadyExistsException) {
      return message.contains(": ") ? message : message + ": exists already";
    } else if (e instanceof AccessDeniedException) {
      return message + ": access denied";
    } else if (e instanceof NotDirectoryException) {
      return message + ": not a directory";
    } else if (e instanceof DirectoryNotEmptyException) {
      return message + ": directory is not empty";
    } else if (e instanceof InvalidPathException) {
      return message + " (" + namesAreTakenAs() + ")";
    } else if (e instanceof OutOfMemoryError) {
      return "not enough memory: " + message + "; java -Xmx<size> gives more";
    } else if (e.getMessage() == null || e instanceof RuntimeException || e instanceof Error) {
      return e.toString();
    }
    return message;
  }

  static String oneLine(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }

  /** How this process takes the names of files of the host, and what to do about it. */
  static String namesAreTakenAs() {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    return "names are taken as "
        + encoding
        + limitedEncoding().map(it -> "; set LC_ALL=C.UTF-8 for all of Unicode").orElse("");
  }

  /** Of a name that came from the command line, and has lost characters on the way. */
  private static String hintFor(String name) {
    boolean lossy = name.indexOf('\uFFFD') >= 0 || name.indexOf('?') >= 0;
    return lossy && limitedEncoding().isPresent() ? " (" + namesAreTakenAs() + ")" : "";
  }

  /** The encoding of the host's names, if it is not that of all of Unicode. */
  private static Optional<String> limitedEncoding() {
    return Optional.ofNullable(System.getProperty("sun.jnu.encoding"))
        .filter(Charset::isSupported)
        .filter(it -> !Charset.forName(it).equals(StandardCharsets.UTF_8));
  }
}
