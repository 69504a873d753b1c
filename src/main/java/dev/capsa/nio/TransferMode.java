package dev.capsa.nio;

import java.nio.file.CopyOption;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** How something is copied or moved: the options, checked. */
record TransferMode(boolean replace, boolean attributes, boolean atomic, boolean follow) {

  /** Options of {@code Files.copy}. */
  static TransferMode ofCopy(CopyOption... options) {
    TransferMode mode = of(options);
    if (mode.atomic) {
      throw new UnsupportedOperationException("a copy cannot be ATOMIC_MOVE");
    }
    return mode;
  }

  /** Options of {@code Files.move}, which takes all attributes along anyway. */
  static TransferMode ofMove(CopyOption... options) {
    TransferMode mode = of(options);
    if (mode.attributes) {
      throw new UnsupportedOperationException("a move cannot be COPY_ATTRIBUTES");
    }
    return new TransferMode(mode.replace, true, mode.atomic, false);
  }

  private static TransferMode of(CopyOption... options) {
    boolean replace = false;
    boolean attributes = false;
    boolean atomic = false;
    boolean follow = true;
    for (CopyOption option : options) {
      if (Objects.requireNonNull(option, "option") == StandardCopyOption.REPLACE_EXISTING) {
        replace = true;
      } else if (option == StandardCopyOption.COPY_ATTRIBUTES) {
        attributes = true;
      } else if (option == StandardCopyOption.ATOMIC_MOVE) {
        atomic = true;
      } else if (option == LinkOption.NOFOLLOW_LINKS) {
        follow = false;
      } else {
        throw new UnsupportedOperationException("the copy option " + option + " is not supported");
      }
    }
    return new TransferMode(replace, attributes, atomic, follow);
  }
}
