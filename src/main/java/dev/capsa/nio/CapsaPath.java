package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Unix-like path in a container. Immutable. The text has no repeated and no trailing slashes, so
 * that equal paths have equal texts. What is purely syntactic works after the file system is
 * closed, too.
 */
final class CapsaPath implements Path {
  private static final byte[][] NO_NAMES = {};

  private final ContainerFileSystem fs;
  private final String text;

  /** Inode of the directory from which a relative path leads; the root's, but for inner use. */
  private final long base;

  /** The names in UTF-8; made when first needed. Never changed once it is set. */
  private volatile byte @Nullable [] @Nullable [] names;

  /** The text must come from {@link Names#join} or from a part of such a text. */
  CapsaPath(ContainerFileSystem fs, String text) {
    this(fs, text, FileTree.ROOT);
  }

  private CapsaPath(ContainerFileSystem fs, String text, long base) {
    this.fs = fs;
    this.text = text;
    this.base = base;
  }

  /** This path as it leads from a directory, wherever that is by now; never given to users. */
  CapsaPath from(long directory) {
    return isAbsolute() ? this : new CapsaPath(fs, text, directory);
  }

  /** Inode of the directory at which the names begin. */
  long base() {
    return base;
  }

  /** As a path of this provider. */
  static CapsaPath of(Path path) {
    if (Objects.requireNonNull(path, "path") instanceof CapsaPath ours) {
      return ours;
    }
    throw new ProviderMismatchException(
        path + " is a path of the provider " + path.getFileSystem().provider().getScheme());
  }

  @Override
  public ContainerFileSystem getFileSystem() {
    return fs;
  }

  /** The names as bytes, to be read only. The empty path and the root have none. */
  byte[][] names() {
    byte[][] known = names;
    if (known == null) {
      known = isEmpty() || text.equals("/") ? NO_NAMES : Names.split(Names.encode(text));
      names = known;
    }
    return known;
  }

  /** The names as text; none for the empty path and the root. */
  private List<String> parts() {
    List<String> parts = new ArrayList<>();
    int start = isAbsolute() ? 1 : 0;
    while (start < text.length()) {
      int slash = text.indexOf('/', start);
      int end = slash < 0 ? text.length() : slash;
      parts.add(text.substring(start, end));
      start = end + 1;
    }
    return parts;
  }

  private CapsaPath path(String part) {
    return new CapsaPath(fs, part);
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public boolean isAbsolute() {
    return !text.isEmpty() && text.charAt(0) == '/';
  }

  @Override
  public @Nullable CapsaPath getRoot() {
    return isAbsolute() ? fs.root() : null;
  }

  @Override
  public @Nullable CapsaPath getFileName() {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      return this;
    }
    return text.length() == 1 ? null : path(text.substring(slash + 1));
  }

  @Override
  public @Nullable CapsaPath getParent() {
    int slash = text.lastIndexOf('/');
    if (slash < 0 || text.length() == 1) {
      return null;
    }
    return slash == 0 ? fs.root() : path(text.substring(0, slash));
  }

  @Override
  public int getNameCount() {
    if (text.isEmpty()) {
      return 1;
    }
    if (text.length() == 1 && isAbsolute()) {
      return 0;
    }
    int count = 1;
    for (int i = 1; i < text.length(); i++) {
      if (text.charAt(i) == '/') {
        count++;
      }
    }
    return count;
  }

  @Override
  public CapsaPath getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public CapsaPath subpath(int beginIndex, int endIndex) {
    int count = getNameCount();
    if (beginIndex < 0 || beginIndex >= endIndex || endIndex > count) {
      throw new IllegalArgumentException(
          "names " + beginIndex + " to " + endIndex + " of the " + count + " of " + text);
    }
    int start = isAbsolute() ? 1 : 0;
    for (int i = 0; i < beginIndex; i++) {
      start = text.indexOf('/', start) + 1;
    }
    int end = start;
    for (int i = beginIndex; i < endIndex; i++) {
      int slash = text.indexOf('/', end);
      end = slash < 0 ? text.length() + 1 : slash + 1;
    }
    return path(text.substring(start, end - 1));
  }

  @Override
  public boolean startsWith(Path other) {
    if (!(Objects.requireNonNull(other) instanceof CapsaPath that)
        || that.fs != fs
        || that.isAbsolute() != isAbsolute()
        || !text.startsWith(that.text)) {
      return false;
    }
    int length = that.text.length();
    return length == text.length()
        || length > 0 && (text.charAt(length) == '/' || length == 1 && that.isAbsolute());
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(Objects.requireNonNull(other) instanceof CapsaPath that) || that.fs != fs) {
      return false;
    }
    if (that.text.length() == text.length()) {
      return that.text.equals(text);
    }
    return !that.isEmpty()
        && !that.isAbsolute()
        && text.endsWith(that.text)
        && text.charAt(text.length() - that.text.length() - 1) == '/';
  }

  /** Without "." and, as far as a name stands before it, without "..". Knows nothing of links. */
  @Override
  public CapsaPath normalize() {
    if (!text.contains(".")) {
      return this;
    }
    List<String> kept = new ArrayList<>();
    for (String part : parts()) {
      boolean hasName = !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..");
      if (part.equals("..") && hasName) {
        kept.remove(kept.size() - 1);
      } else if (!part.equals(".") && !(part.equals("..") && isAbsolute())) {
        kept.add(part);
      }
    }
    return path((isAbsolute() ? "/" : "") + String.join("/", kept));
  }

  @Override
  public CapsaPath resolve(Path other) {
    CapsaPath that = of(other);
    if (that.isAbsolute() || isEmpty()) {
      return that;
    }
    if (that.isEmpty()) {
      return this;
    }
    return path(text.length() == 1 && isAbsolute() ? "/" + that.text : text + "/" + that.text);
  }

  /** The path of an entry of this directory, whose name's bytes are known. */
  CapsaPath resolve(byte[] name) {
    CapsaPath entry = resolve(path(Names.decode(name)));
    byte[][] mine = names();
    byte[][] all = new byte[mine.length + 1][];
    System.arraycopy(mine, 0, all, 0, mine.length);
    all[mine.length] = name;
    entry.names = all;
    return entry;
  }

  @Override
  public CapsaPath relativize(Path other) {
    CapsaPath that = of(other);
    if (that.equals(this)) {
      return path("");
    }
    if (that.fs != fs) {
      throw new IllegalArgumentException(
          "'" + this + "' and '" + that + "' lie in different file systems");
    }
    if (that.isAbsolute() != isAbsolute()) {
      throw new IllegalArgumentException(
          "one of '" + this + "' and '" + that + "' is absolute, the other is not");
    }
    if (isEmpty()) {
      return that;
    }
    List<String> from = normalize().parts();
    List<String> to = that.normalize().parts();
    int common = 0;
    while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
      common++;
    }
    List<String> up = from.subList(common, from.size());
    if (up.contains("..")) {
      throw new IllegalArgumentException("no relative path leads from " + this + " to " + that);
    }
    List<String> way = new ArrayList<>();
    up.forEach(it -> way.add(".."));
    way.addAll(to.subList(common, to.size()));
    return path(String.join("/", way));
  }

  @Override
  public URI toUri() {
    return fs.uriOf(toAbsolutePath().text);
  }

  /** The working directory of a container is its root. */
  @Override
  public CapsaPath toAbsolutePath() {
    return isAbsolute() ? this : path(text.isEmpty() ? "/" : "/" + text);
  }

  @Override
  public CapsaPath toRealPath(LinkOption... options) throws IOException {
    return RealPaths.of(this, Links.follow(options));
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    if (Objects.requireNonNull(watcher, "watcher") instanceof CapsaWatchService service
        && service.fileSystem() == fs) {
      return service.register(this, events, modifiers);
    }
    throw new ProviderMismatchException(
        watcher + " is not a watch service of the file system of " + toUri());
  }

  /** By the bytes of the text; paths of different file systems by the age of these. */
  @Override
  public int compareTo(Path other) {
    CapsaPath that = (CapsaPath) other;
    return fs == that.fs
        ? Names.compare(text, that.text)
        : Long.compare(fs.number(), that.fs.number());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CapsaPath that && that.fs == fs && that.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode() ^ fs.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
