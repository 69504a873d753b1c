package dev.capsa.nio;

import dev.capsa.inode.Entry;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks a path, name by name, from the root: one lookup for each name, links followed on the way,
 * ".." taken after the link that stands before it. Each step is atomic, the walk is not, as in any
 * Unix. The caller is inside the gate.
 */
final class Lookup {
  /** Links on one way before it counts as a loop, as in Linux. */
  private static final int MAX_LINKS = 40;

  private final CapsaPath path;
  private final boolean follow;
  private final FileTree tree;
  private final @Nullable List<byte[]> trail;
  private byte[][] names;
  private int next;
  private int links;

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
    return new Lookup(path, follow, null).walk();
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

  /**
   * The attributes of what a path leads to. Another file may take the name's place between the two
   * looks; then the path is walked again, so that a name that is replaced is never missing.
   */
  static Inode inode(CapsaPath path, boolean follow) throws IOException {
    while (true) {
      Found found = existing(path, follow);
      Inode inode = path.getFileSystem().tree().inode(found.inode());
      if (inode != null) {
        return inode;
      }
    }
  }

  /** The names from the root to what a path leads to, none of them a link. */
  static List<byte[]> trail(CapsaPath path) throws IOException {
    List<byte[]> trail = new ArrayList<>();
    if (!new Lookup(path, true, trail).walk().exists()) {
      throw Errors.missing(path);
    }
    return trail;
  }

  private Found walk() throws IOException {
    try {
      Found at = Found.ROOT;
      while (next < names.length && (at.exists() || at.name() == null)) {
        at = step(at, names[next++]);
      }
      return at;
    } catch (InodeException e) {
      throw Errors.of(e, path);
    }
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
    Inode inode = tree.inode(number);
    if (inode == null) {
      throw Errors.missing(path);
    }
    return inode;
  }
}
