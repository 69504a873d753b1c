package dev.capsa.nio;

import java.nio.file.LinkOption;
import java.util.Objects;

/** What a caller wants done with a symbolic link at the end of a path. */
final class Links {
  private Links() {}

  /** Whether to follow it: unless told not to. */
  static boolean follow(LinkOption... options) {
    boolean follow = true;
    for (LinkOption option : options) {
      follow &= Objects.requireNonNull(option, "option") != LinkOption.NOFOLLOW_LINKS;
    }
    return follow;
  }
}
