package dev.capsa.nio;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;

/** Names of files as text and as UTF-8 bytes. The two map one to one: what would not is refused. */
final class Names {
  private Names() {}

  /** The bytes of a checked text. */
  static byte[] encode(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /** The text of bytes that {@link #encode} made. */
  static String decode(byte[] name) {
    return new String(name, StandardCharsets.UTF_8);
  }

  /** The names of an encoded path that has at least one. No other character has a byte '/'. */
  static byte[][] split(byte[] path) {
    int start = path[0] == '/' ? 1 : 0;
    int count = 1;
    for (int i = start; i < path.length; i++) {
      count += path[i] == '/' ? 1 : 0;
    }
    byte[][] names = new byte[count][];
    for (int i = 0; i < count; i++) {
      int end = start;
      while (end < path.length && path[end] != '/') {
        end++;
      }
      names[i] = Arrays.copyOfRange(path, start, end);
      start = end + 1;
    }
    return names;
  }

  /**
   * Joins the parts of a path by '/', leaving out empty parts, repeated and trailing slashes.
   *
   * @throws InvalidPathException for NUL and for surrogates without their other half
   */
  static String join(String first, String... more) {
    String joined = first;
    if (more.length > 0) {
      StringBuilder builder = new StringBuilder(first);
      for (String part : more) {
        if (!part.isEmpty()) {
          if (builder.length() > 0) {
            builder.append('/');
          }
          builder.append(part);
        }
      }
      joined = builder.toString();
    }
    return withoutNeedlessSlashes(checked(joined));
  }

  /** The path itself, if it has an encoding and no NUL. */
  private static String checked(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == 0) {
        throw new InvalidPathException(path, "NUL is not allowed", i);
      }
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == path.length()
            || !Character.isLowSurrogate(path.charAt(i + 1))) {
          throw new InvalidPathException(path, "half of a surrogate pair", i);
        }
        i++;
      }
    }
    return path;
  }

  private static String withoutNeedlessSlashes(String path) {
    int length = path.length();
    boolean needless = length > 1 && path.charAt(length - 1) == '/';
    if (!needless && !path.contains("//")) {
      return path;
    }
    StringBuilder builder = new StringBuilder(length);
    char previous = 0;
    for (int i = 0; i < length; i++) {
      char c = path.charAt(i);
      if (c != '/' || previous != '/') {
        builder.append(c);
      }
      previous = c;
    }
    int end = builder.length();
    if (end > 1 && builder.charAt(end - 1) == '/') {
      builder.setLength(end - 1);
    }
    return builder.toString();
  }

  /** Order of the UTF-8 bytes, found without encoding: that of the code points. */
  static int compare(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogateA = Character.isSurrogate(a);
        boolean surrogateB = Character.isSurrogate(b);
        return surrogateA == surrogateB ? Character.compare(a, b) : surrogateA ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
