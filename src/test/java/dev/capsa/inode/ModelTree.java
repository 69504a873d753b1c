package dev.capsa.inode;

import dev.capsa.inode.InodeException.Reason;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The plainest file tree that could be right: objects that point to each other. Names are of
 * letters. Each method gives null or why it was refused.
 */
final class ModelTree {
  final Node root = new Node(FileKind.DIRECTORY);

  /** A file, directory or link. */
  static final class Node {
    final FileKind kind;
    final TreeMap<String, Node> children = new TreeMap<>();
    final Map<String, byte[]> attributes = new TreeMap<>();
    byte[] content = new byte[0];
    int links = 1;
    int mode;

    /** Has lost its last name. */
    boolean gone;

    /** Handles that keep a file without a name. */
    int handles;

    /** The number that the real tree gave. */
    long number = FileTree.ROOT;

    Node(FileKind kind) {
      this.kind = kind;
    }
  }

  @Nullable Reason create(Node directory, String name, Node made) {
    Reason reason = directory(directory);
    if (reason == null && directory.children.containsKey(name)) {
      reason = Reason.ALREADY_EXISTS;
    }
    if (reason == null) {
      directory.children.put(name, made);
    }
    return reason;
  }

  @Nullable Reason link(Node directory, String name, Node file) {
    Reason reason = directory(directory);
    if (reason == null && file.gone) {
      reason = Reason.NO_SUCH_FILE;
    }
    if (reason == null && file.kind == FileKind.DIRECTORY) {
      reason = Reason.IS_A_DIRECTORY;
    }
    if (reason == null) {
      reason = create(directory, name, file);
    }
    if (reason == null) {
      file.links++;
    }
    return reason;
  }

  @Nullable Reason remove(Node directory, String name) {
    Reason reason = directory(directory);
    Node victim = directory.children.get(name);
    if (reason == null && victim == null) {
      reason = Reason.NO_SUCH_FILE;
    }
    if (reason == null && !victim.children.isEmpty()) {
      reason = Reason.DIRECTORY_NOT_EMPTY;
    }
    if (reason == null) {
      directory.children.remove(name);
      drop(victim);
    }
    return reason;
  }

  @Nullable Reason rename(Node from, String name, Node to, String newName, boolean replace) {
    Reason reason = directory(from);
    Node moved = from.children.get(name);
    if (reason == null && moved == null) {
      reason = Reason.NO_SUCH_FILE;
    }
    if (reason == null) {
      reason = directory(to);
    }
    Node victim = to.children.get(newName);
    if (reason != null || victim == moved) {
      return reason;
    }
    if (moved.kind == FileKind.DIRECTORY && from != to && isBelow(to, moved)) {
      return Reason.INTO_ITSELF;
    }
    if (victim != null && !replace) {
      return Reason.ALREADY_EXISTS;
    }
    if (victim != null && !victim.children.isEmpty()) {
      return Reason.DIRECTORY_NOT_EMPTY;
    }
    if (victim != null) {
      drop(victim);
    }
    from.children.remove(name);
    to.children.put(newName, moved);
    return null;
  }

  static void write(Node file, int at, byte[] bytes) {
    byte[] longer = Arrays.copyOf(file.content, Math.max(file.content.length, at + bytes.length));
    System.arraycopy(bytes, 0, longer, at, bytes.length);
    file.content = longer;
  }

  private static void drop(Node victim) {
    victim.links--;
    victim.gone = victim.links == 0;
  }

  private static @Nullable Reason directory(Node node) {
    if (node.kind != FileKind.DIRECTORY) {
      return node.gone && node.handles == 0 ? Reason.NO_SUCH_FILE : Reason.NOT_A_DIRECTORY;
    }
    return node.gone ? Reason.NO_SUCH_FILE : null;
  }

  private static boolean isBelow(Node node, Node top) {
    return node == top || top.children.values().stream().anyMatch(child -> isBelow(node, child));
  }
}
