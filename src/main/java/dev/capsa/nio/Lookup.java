package dev.capsa.nio;

import dev.capsa.inode.Entry;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks a path, name by name, from the root (or the directory that it is bound to): one lookup for
 * each name, links followed on the way, ".." taken after the link that stands before it. Each step
 * is atomic, the walk is not, as in any Unix. The caller is inside the gate.
 */
final class Lookup {
  /** Links on one way before it counts as a loop, as in Linux. */
  private static final int MAX_LINKS = 40;

  /** So often may others replace a file between our finding its name and our using the file. */
  private static final int ATTEMPTS = 1000;

  private final CapsaPath path;
  private final boolean follow;
  private final FileTree tree;
  private final @Nullable List<byte[]> trail;
  private byte[][] names;
  private int next;
  private int links;

  /** What is done with what a path leads to. */
  @FunctionalInterface
  interface Use<T> {
    T with(Found found) throws IOException;
  }

  private Lookup(CapsaPath path, boolean follow, @Nullable List<byte[]> trail) {
    this.path = path;
    this.follow = follow;
    this.tree = path.getFileSystem().tree();
    this.trail = trail;
    this.names = path.names();
  }

  /**
   * Where a path leads; its last name may be missing, with {@code follow} also at the end of a
   * link.
   *
   * @throws java.nio.file.NoSuchFileException if an earlier name is missing
   */
  static Found find(CapsaPath path, boolean follow) throws IOException {
    return attempt(path, () -> new Lookup(path, follow, null).walk());
  }

  /**
   * Finds what a path leads to, and uses it. A file that was replaced in between is looked up
   * again: its name was never missing, so nobody is told that it is.
   *
   * @throws java.nio.file.NoSuchFileException if a name is missing
   */
  static <T> T use(CapsaPath path, boolean follow, Use<T> use) throws IOException {
    return attempt(path, () -> use.with(existing(path, follow)));
  }

  private interface Attempt<T> {
    T run() throws IOException;
  }

  /** Tries again when the inode that a name had is gone; what was refused changed nothing. */
  private static <T> T attempt(CapsaPath path, Attempt<T> attempt) throws IOException {
    for (int left = ATTEMPTS; ; left--) {
      try {
        return attempt.run();
      } catch (InodeException e) {
        if (e.reason() != InodeException.Reason.NO_SUCH_FILE || left == 1) {
          throw Errors.of(e, path);
        }
      }
    }
  }

  /**
   * Where a path to something leads.
   *
   * @throws java.nio.file.NoSuchFileException if a name is missing
   */
  static Found existing(CapsaPath path, boolean follow) throws IOException {
    Found found = find(path, follow);
    if (!found.exists()) {
      throw Errors.missing(path);
    }
    return found;
  }

  /** The attributes of what a path leads to. */
  static Inode inode(CapsaPath path, boolean follow) throws IOException {
    return use(path, follow, found -> inode(path.getFileSystem().tree(), found.inode()));
  }

  /** The attributes of what a path leads to; null if nothing is there. */
  @SuppressWarnings("NullAway") // The type argument allows null.
  static @Nullable Inode inodeIfExists(CapsaPath path, boolean follow) throws IOException {
    FileTree tree = path.getFileSystem().tree();
    try {
      return attempt(
              path,
              () -> {
                Found found = find(path, follow);
                return found.exists()
                    ? Optional.of(inode(tree, found.inode()))
                    : Optional.<Inode>empty();
              })
          .orElse(null);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** The names from the root to what a path leads to, none of them a link. */
  static List<byte[]> trail(CapsaPath path) throws IOException {
    return attempt(
        path,
        () -> {
          List<byte[]> trail = new ArrayList<>();
          if (!new Lookup(path, true, trail).walk().exists()) {
            throw Errors.missing(path);
          }
          return trail;
        });
  }

  private Found walk() throws IOException {
    Found at = Found.nameless(path.base());
    while (next < names.length && (at.exists() || at.name() == null)) {
      at = step(at, names[next++]);
    }
    return at;
  }

  private Found step(Found at, byte[] name) throws IOException {
    if (!at.isDirectory()) {
      throw Errors.notDirectory(path, null);
    }
    if (name[0] == '.' && name.length <= 2) {
      if (name.length == 1) {
        return Found.nameless(at.inode());
      }
      if (name[1] == '.') {
        leave();
        return Found.nameless(attributes(at.inode()).parent());
      }
    }
    if (name.length > FileTree.MAX_NAME_BYTES) {
      throw Errors.because(path, "File name too long: " + name.length + " bytes of 255");
    }
    Entry entry = tree.lookup(at.inode(), name);
    boolean last = next == names.length;
    if (entry == null) {
      if (last) {
        return Found.nothing(at.inode(), name);
      }
      throw Errors.missing(path);
    }
    if (entry.kind() == FileKind.LINK && (follow || !last)) {
      return followed(at, entry);
    }
    if (trail != null) {
      trail.add(name);
    }
    return new Found(at.inode(), name, entry.inode(), entry.kind());
  }

  /** The place from which the names of the link's target go on; they now stand before the rest. */
  private Found followed(Found at, Entry link) throws IOException {
    if (++links > MAX_LINKS) {
      throw Errors.because(path, "Too many levels of symbolic links: more than " + MAX_LINKS);
    }
    byte[] target = attributes(link.inode()).target();
    if (target == null || target.length == 0) {
      throw Errors.missing(path);
    }
    CapsaPath way = path.getFileSystem().getPath(Names.decode(target));
    byte[][] first = way.names();
    byte[][] all = Arrays.copyOf(first, first.length + names.length - next);
    System.arraycopy(names, next, all, first.length, names.length - next);
    names = all;
    next = 0;
    if (!way.isAbsolute()) {
      return Found.nameless(at.inode());
    }
    if (trail != null) {
      trail.clear();
    }
    return Found.ROOT;
  }

  private void leave() {
    if (trail != null && !trail.isEmpty()) {
      trail.remove(trail.size() - 1);
    }
  }

  private Inode attributes(long number) throws IOException {
    return inode(tree, number);
  }

  /** The attributes of an inode that a name just had. */
  static Inode inode(FileTree tree, long number) throws IOException {
    Inode inode = tree.inode(number);
    if (inode == null) {
      throw new InodeException(
          InodeException.Reason.NO_SUCH_FILE, "inode " + number + " was removed meanwhile");
    }
    return inode;
  }
}
