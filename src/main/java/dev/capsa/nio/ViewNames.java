package dev.capsa.nio;

import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import java.util.Set;

/** The attribute views that Capsa has. "unix" has a name, but no type. */
final class ViewNames {
  static final String BASIC = "basic";
  static final String OWNER = "owner";
  static final String POSIX = "posix";
  static final String UNIX = "unix";
  static final String USER = "user";
  static final String DOS = "dos";

  /** All of them. */
  static final Set<String> ALL = Set.of(BASIC, OWNER, POSIX, UNIX, USER, DOS);

  private static final Map<Class<? extends FileAttributeView>, String> BY_TYPE =
      Map.of(
          BasicFileAttributeView.class, BASIC,
          FileOwnerAttributeView.class, OWNER,
          PosixFileAttributeView.class, POSIX,
          UserDefinedFileAttributeView.class, USER,
          DosFileAttributeView.class, DOS);

  private ViewNames() {}

  /** The name of the view of a type; empty if there is none. */
  static String of(Class<? extends FileAttributeView> type) {
    return BY_TYPE.getOrDefault(type, "");
  }
}
