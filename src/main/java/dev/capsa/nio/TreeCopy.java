package dev.capsa.nio;

import dev.capsa.inode.Entry;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeException;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies a directory with all that is below it, without recursion: open directories are on a stack.
 * What vanishes from the source meanwhile is left out. Confined to one thread.
 */
final class TreeCopy {
  private static final int LISTED = 256;

  private final CapsaPath source;
  private final CapsaPath target;
  private final FileTree from;
  private final FileTree to;
  private final Copier copier;
  private final Deque<Directory> open = new ArrayDeque<>();

  /** Copies of files with several names, by the number of the original. */
  private final Map<Long, Long> linked = new HashMap<>();

  private TreeCopy(CapsaPath source, CapsaPath target) {
    this.source = source;
    this.target = target;
    this.from = source.getFileSystem().tree();
    this.to = target.getFileSystem().tree();
    this.copier = new Copier(from, to, target.getFileSystem(), true);
  }

  /** A directory that is being copied. */
  private static final class Directory {
    final Inode original;
    final long copy;
    final CapsaPath path;
    private List<Entry> listed = List.of();
    private int next;
    private byte @Nullable [] after;

    Directory(Inode original, long copy, CapsaPath path) {
      this.original = original;
      this.copy = copy;
      this.path = path;
    }

    @Nullable Entry next(FileTree tree) throws IOException {
      if (next == listed.size()) {
        listed = tree.list(original.number(), after, LISTED);
        next = 0;
        if (listed.isEmpty()) {
          return null;
        }
        after = listed.get(listed.size() - 1).name();
      }
      return listed.get(next++);
    }
  }

  static void copy(CapsaPath source, CapsaPath target, CopyOption... options) throws IOException {
    TransferMode mode = TransferMode.ofCopy(options);
    try (Gate.Stripe reading = source.getFileSystem().enter();
        Gate.Stripe writing = target.getFileSystem().enterToChange()) {
      new TreeCopy(source, target).run(mode.replace());
    } catch (InodeException e) {
      throw Errors.of(e, source, target);
    }
  }

  private void run(boolean replace) throws IOException {
    Found root = Lookup.existing(source, false);
    Found place = Lookup.find(target, false);
    boolean within = source.getFileSystem().hasFilesOf(target.getFileSystem());
    byte[] name = place.name();
    if (within && place.inode() == root.inode()) {
      return;
    }
    if (name == null || place.exists() && !replace) {
      throw new FileAlreadyExistsException(target.toString());
    }
    if (within && root.isDirectory() && isBelow(place.directory(), root.inode())) {
      throw new FileSystemException(
          source.toString(), target.toString(), "A directory cannot be copied into itself");
    }
    if (place.exists()) {
      copier.replace(place, name, target, (directory, copy) -> copyAll(root, directory, copy));
    } else {
      copyAll(root, place.directory(), name);
    }
  }

  private Copier.Made copyAll(Found root, long directory, byte[] name) throws IOException {
    Copier.Made made = copyRoot(root, directory, name);
    boolean done = false;
    try {
      while (!open.isEmpty()) {
        step(open.element());
      }
      done = true;
      return made;
    } finally {
      if (!done) {
        copier.removeAll(made);
      }
    }
  }

  private boolean isBelow(long directory, long above) throws IOException {
    long at = directory;
    while (at != above && at != FileTree.ROOT) {
      at = Lookup.inode(to, at).parent();
    }
    return at == above;
  }

  private Copier.Made copyRoot(Found root, long directory, byte[] name) throws IOException {
    try (Copier.Original original = copier.original(root.inode(), root.kind())) {
      if (!root.isDirectory()) {
        return copyFile(original, directory, name);
      }
      Copier.Made made = copier.make(original.inode(), directory, name);
      open.push(new Directory(original.inode(), made.inode(), source));
      return made;
    }
  }

  private Copier.Made copyFile(Copier.Original original, long directory, byte[] name)
      throws IOException {
    Optional<Copier.Made> shared = copier.share(original, directory, name, /* replace= */ false);
    return shared.isPresent() ? shared.get() : copier.copy(original, directory, name);
  }

  /** Copies the next entry of a directory; after the last one the directory gets its attributes. */
  private void step(Directory directory) throws IOException {
    @Nullable Entry entry;
    try {
      entry = directory.next(from);
      if (entry == null) {
        open.pop();
        copier.copyAttributes(directory.original, directory.copy);
        return;
      }
    } catch (InodeException e) {
      if (from.inode(directory.original.number()) != null) {
        throw Errors.of(e, directory.path, target);
      }
      open.remove(directory); // it is gone
      return;
    }
    while (entry != null) {
      try {
        copy(directory, entry);
        return;
      } catch (InodeException e) {
        Entry now = from.lookup(directory.original.number(), entry.name());
        if (now != null && now.inode() == entry.inode()) {
          throw Errors.of(e, directory.path.resolve(entry.name()), target);
        }
        entry = now; // another file has the name by now, or none
      }
    }
  }

  private void copy(Directory directory, Entry entry) throws IOException {
    Long copied = linked.get(entry.inode());
    if (copied != null) {
      to.createLink(directory.copy, entry.name(), copied);
      return;
    }
    try (Copier.Original original = copier.original(entry.inode(), entry.kind())) {
      Inode inode = original.inode();
      if (inode.kind() == FileKind.DIRECTORY) {
        Copier.Made made = copier.make(inode, directory.copy, entry.name());
        open.push(new Directory(inode, made.inode(), directory.path.resolve(entry.name())));
        return;
      }
      Copier.Made made = copyFile(original, directory.copy, entry.name());
      if (inode.links() > 1) {
        linked.put(inode.number(), made.inode());
      }
    }
  }
}
