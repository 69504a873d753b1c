package dev.capsa.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Attributes by {@code view:name}, as {@code Files.readAttributes} and its kin take them. */
final class AttributeNames {
  private static final Map<String, Function<CapsaFileAttributes, Object>> BASIC = basic();
  private static final Map<String, Function<CapsaFileAttributes, Object>> OWNER =
      Map.of("owner", CapsaFileAttributes::owner);
  private static final Map<String, Function<CapsaFileAttributes, Object>> POSIX = posix();
  private static final Map<String, Function<CapsaFileAttributes, Object>> UNIX = unix();
  private static final Map<String, Function<DosFileAttributes, Object>> DOS = dos();

  private AttributeNames() {}

  private static <A extends BasicFileAttributes> Map<String, Function<A, Object>> basic() {
    Map<String, Function<A, Object>> names = new LinkedHashMap<>();
    names.put("size", BasicFileAttributes::size);
    names.put("creationTime", BasicFileAttributes::creationTime);
    names.put("lastAccessTime", BasicFileAttributes::lastAccessTime);
    names.put("lastModifiedTime", BasicFileAttributes::lastModifiedTime);
    names.put("isDirectory", BasicFileAttributes::isDirectory);
    names.put("isRegularFile", BasicFileAttributes::isRegularFile);
    names.put("isSymbolicLink", BasicFileAttributes::isSymbolicLink);
    names.put("isOther", BasicFileAttributes::isOther);
    names.put("fileKey", BasicFileAttributes::fileKey);
    return names;
  }

  private static Map<String, Function<DosFileAttributes, Object>> dos() {
    Map<String, Function<DosFileAttributes, Object>> names = basic();
    for (DosView.Flag flag : DosView.Flag.values()) {
      names.put(flag.attribute, flag::in);
    }
    return names;
  }

  private static Map<String, Function<CapsaFileAttributes, Object>> posix() {
    Map<String, Function<CapsaFileAttributes, Object>> names = basic();
    names.put("permissions", CapsaFileAttributes::permissions);
    names.put("owner", CapsaFileAttributes::owner);
    names.put("group", CapsaFileAttributes::group);
    return names;
  }

  private static Map<String, Function<CapsaFileAttributes, Object>> unix() {
    Map<String, Function<CapsaFileAttributes, Object>> names = posix();
    names.put("mode", CapsaFileAttributes::mode);
    names.put("ino", it -> it.inode().number());
    names.put("dev", CapsaFileAttributes::device);
    names.put("rdev", it -> 0L);
    names.put("nlink", it -> it.inode().links());
    names.put("uid", CapsaFileAttributes::userNumber);
    names.put("gid", CapsaFileAttributes::groupNumber);
    names.put("ctime", CapsaFileAttributes::changeTime);
    return names;
  }

  /**
   * Reads attributes.
   *
   * @param attributes {@code name,name} with {@code view:} before it, or without: basic
   * @throws UnsupportedOperationException if there is no such view
   * @throws IllegalArgumentException if there is no such attribute
   */
  static Map<String, Object> read(CapsaPath path, String attributes, boolean follow)
      throws IOException {
    String view = view(attributes);
    String[] names = name(attributes).split(",");
    if (view.equals(ViewNames.USER)) {
      return Collections.unmodifiableMap(readUser(path, names, follow));
    }
    if (view.equals(ViewNames.DOS)) {
      return read(view, names, DOS, new DosView(path, follow)::readAttributes);
    }
    Map<String, Function<CapsaFileAttributes, Object>> known =
        switch (view) {
          case ViewNames.BASIC -> BASIC;
          case ViewNames.OWNER -> OWNER;
          case ViewNames.POSIX -> POSIX;
          case ViewNames.UNIX -> UNIX;
          default -> throw noView(view);
        };
    return read(view, names, known, new BasicView(path, follow)::readAttributes);
  }

  /** Reads all attributes of a file. */
  @FunctionalInterface
  private interface Source<A> {
    A read() throws IOException;
  }

  private static <A> Map<String, Object> read(
      String view, String[] names, Map<String, Function<A, Object>> known, Source<A> source)
      throws IOException {
    Map<String, Function<A, Object>> wanted = new LinkedHashMap<>();
    for (String name : names) {
      Function<A, Object> attribute = known.get(name);
      if (name.equals("*")) {
        wanted.putAll(known);
      } else if (attribute == null) {
        throw unknown(view, name);
      } else {
        wanted.put(name, attribute);
      }
    }
    A values = source.read();
    Map<String, Object> read = new LinkedHashMap<>();
    wanted.forEach((name, attribute) -> read.put(name, attribute.apply(values)));
    return Collections.unmodifiableMap(read);
  }

  private static Map<String, Object> readUser(CapsaPath path, String[] names, boolean follow)
      throws IOException {
    UserView view = new UserView(path, follow);
    Map<String, Object> read = new LinkedHashMap<>();
    for (String name : names) {
      if (name.equals("*")) {
        for (String each : view.list()) {
          read.put(each, view.value(each));
        }
      } else if (name.isEmpty()) {
        throw unknown(ViewNames.USER, name);
      } else {
        read.put(name, view.value(name));
      }
    }
    return read;
  }

  /**
   * Sets an attribute.
   *
   * @throws UnsupportedOperationException if there is no such view
   * @throws IllegalArgumentException if there is no such attribute, or it cannot be set
   * @throws ClassCastException if the value is not of the attribute's type
   */
  static void set(CapsaPath path, String attribute, @Nullable Object value, boolean follow)
      throws IOException {
    String view = view(attribute);
    String name = name(attribute);
    switch (view) {
      case ViewNames.USER -> {
        if (name.isEmpty()) {
          throw unknown(view, name);
        }
        ByteBuffer bytes =
            value instanceof byte[] array
                ? ByteBuffer.wrap(array)
                : (ByteBuffer) Objects.requireNonNull(value, "value");
        new UserView(path, follow).write(name, bytes);
      }
      case ViewNames.BASIC, ViewNames.OWNER, ViewNames.POSIX, ViewNames.UNIX ->
          set(new PosixView(path, follow), view, name, value);
      case ViewNames.DOS -> setDos(path, name, value, follow);
      default -> throw noView(view);
    }
  }

  private static void setDos(CapsaPath path, String name, @Nullable Object value, boolean follow)
      throws IOException {
    for (DosView.Flag flag : DosView.Flag.values()) {
      if (flag.attribute.equals(name)) {
        new DosView(path, follow).set(flag, (Boolean) Objects.requireNonNull(value, name));
        return;
      }
    }
    set(new PosixView(path, follow), ViewNames.DOS, name, value);
  }

  private static void set(PosixView target, String view, String name, @Nullable Object value)
      throws IOException {
    boolean isUnix = view.equals(ViewNames.UNIX);
    boolean isPosix = isUnix || view.equals(ViewNames.POSIX);
    boolean hasTimes = !view.equals(ViewNames.OWNER);
    boolean hasOwner = isPosix || view.equals(ViewNames.OWNER);
    if (hasTimes && name.equals("lastModifiedTime")) {
      target.setTimes((FileTime) value, null, null);
    } else if (hasTimes && name.equals("lastAccessTime")) {
      target.setTimes(null, (FileTime) value, null);
    } else if (hasTimes && name.equals("creationTime")) {
      target.setTimes(null, null, (FileTime) value);
    } else if (hasOwner && name.equals("owner")) {
      target.setOwner((UserPrincipal) Objects.requireNonNull(value, name));
    } else if (isPosix && name.equals("group")) {
      target.setGroup((GroupPrincipal) Objects.requireNonNull(value, name));
    } else if (isPosix && name.equals("permissions")) {
      target.setPermissions(permissions(value));
    } else if (isUnix && name.equals("mode")) {
      target.setMode((Integer) Objects.requireNonNull(value, name));
    } else {
      throw new IllegalArgumentException(
          "the view " + view + " has no attribute '" + name + "' that can be set");
    }
  }

  /** A value as a set of permissions. */
  static Set<PosixFilePermission> permissions(@Nullable Object value) {
    Set<PosixFilePermission> permissions = Modes.permissions(0);
    for (Object each : (Set<?>) Objects.requireNonNull(value, "permissions")) {
      permissions.add((PosixFilePermission) Objects.requireNonNull(each, "permission"));
    }
    return permissions;
  }

  private static String view(String attribute) {
    int colon = attribute.indexOf(':');
    if (colon == 0) {
      throw new IllegalArgumentException("'" + attribute + "' has an empty view");
    }
    return colon < 0 ? ViewNames.BASIC : attribute.substring(0, colon);
  }

  private static String name(String attribute) {
    return attribute.substring(attribute.indexOf(':') + 1);
  }

  private static UnsupportedOperationException noView(String view) {
    return new UnsupportedOperationException("there is no attribute view '" + view + "'");
  }

  private static IllegalArgumentException unknown(String view, String name) {
    return new IllegalArgumentException("the view " + view + " has no attribute '" + name + "'");
  }
}
