package dev.capsa.nio;

import dev.capsa.inode.FileKind;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Permissions as a set and as the bits of a Unix mode. */
final class Modes {
  /** All that a mode in the container holds. */
  static final int ALL = 07777;

  static final int PERMISSIONS = 0777;

  /** Permissions of a symbolic link. */
  static final int LINK = 0777;

  private static final PosixFilePermission[] HIGHEST_FIRST = PosixFilePermission.values();

  private Modes() {}

  /** The bits of a set. */
  static int of(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (PosixFilePermission permission : permissions) {
      mode |= 0400 >> permission.ordinal();
    }
    return mode;
  }

  /** A new set, the caller's to change. */
  static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : HIGHEST_FIRST) {
      if ((mode & 0400 >> permission.ordinal()) != 0) {
        permissions.add(permission);
      }
    }
    return permissions;
  }

  /** The mode with the bits that tell the kind, as {@code stat} gives it. */
  static int withKind(FileKind kind, int mode) {
    int bits =
        switch (kind) {
          case FILE -> 0100000;
          case DIRECTORY -> 0040000;
          case LINK -> 0120000;
        };
    return bits | mode & ALL;
  }
}
