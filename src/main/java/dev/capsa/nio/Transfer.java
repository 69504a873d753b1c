package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies and moves within one file system, and between two of this provider. A move within one is a
 * single atomic step, and so is the copy of a file that shares what is stored. Any other copy is
 * not: others see the target grow; if it fails, the target goes. What replaces something is copied
 * under another name beside it first, so that a copy that fails, for want of room, say, leaves what
 * is there; a crash may leave the other name.
 */
final class Transfer {
  private final CapsaPath source;
  private final CapsaPath target;
  private final TransferMode mode;
  private final FileTree from;
  private final FileTree to;
  private final Copier copier;

  private Transfer(CapsaPath source, CapsaPath target, TransferMode mode) {
    this.source = source;
    this.target = target;
    this.mode = mode;
    this.from = source.getFileSystem().tree();
    this.to = target.getFileSystem().tree();
    this.copier = new Copier(from, to, target.getFileSystem(), mode.attributes());
  }

  /** What is done while both file systems are entered. */
  @FunctionalInterface
  private interface Work {
    void run(Transfer transfer) throws IOException;
  }

  static void copy(CapsaPath source, CapsaPath target, CopyOption... options) throws IOException {
    TransferMode mode = TransferMode.ofCopy(options);
    try (Gate.Stripe reading = source.getFileSystem().enter();
        Gate.Stripe writing = target.getFileSystem().enterToChange()) {
      run(new Transfer(source, target, mode), Transfer::copy);
    }
  }

  static void move(CapsaPath source, CapsaPath target, CopyOption... options) throws IOException {
    TransferMode mode = TransferMode.ofMove(options);
    try (Gate.Stripe removing = source.getFileSystem().enterToChange();
        Gate.Stripe writing = target.getFileSystem().enterToChange()) {
      boolean within = source.getFileSystem() == target.getFileSystem();
      if (!within && mode.atomic()) {
        throw new AtomicMoveNotSupportedException(
            source.toString(), target.toString(), "The target lies in another file system");
      }
      run(new Transfer(source, target, mode), within ? Transfer::rename : Transfer::copyAndDelete);
    }
  }

  private static void run(Transfer transfer, Work work) throws IOException {
    try {
      work.run(transfer);
    } catch (InodeException e) {
      throw Errors.of(e, transfer.source, transfer.target);
    }
  }

  private void rename() throws IOException {
    Found moved = Lookup.existing(source, false);
    Found place = Lookup.find(target, false);
    if (moved.inode() == place.inode()) {
      return;
    }
    byte[] name = NameSpace.nameOf(source, moved);
    byte[] newName = place.name();
    if (newName == null || place.exists() && !mode.replace() && !mode.atomic()) {
      throw new FileAlreadyExistsException(target.toString());
    }
    from.rename(
        moved.directory(), name, place.directory(), newName, mode.replace() || mode.atomic());
  }

  private void copyAndDelete() throws IOException {
    Found moved = Lookup.existing(source, false);
    if (isSame(moved, Lookup.find(target, false))) {
      return;
    }
    byte[] name = NameSpace.nameOf(source, moved);
    if (moved.isDirectory() && !from.list(moved.inode(), null, 1).isEmpty()) {
      throw new DirectoryNotEmptyException(source.toString());
    }
    Copier.Made copy = copy();
    if (copy == null) {
      return;
    }
    boolean done = false;
    try {
      from.remove(moved.directory(), name);
      done = true;
    } finally {
      if (!done) {
        copier.removeAll(copy);
      }
    }
  }

  /** Copies; returns null if source and target are the same file. */
  private Copier.@Nullable Made copy() throws IOException {
    try (Copier.Original original =
        Lookup.use(source, mode.follow(), it -> copier.original(it.inode(), it.kind()))) {
      Found place = Lookup.find(target, false);
      Inode inode = original.inode();
      if (isSame(new Found(0, null, inode.number(), inode.kind()), place)) {
        return null;
      }
      byte[] name = place.name();
      if (name == null || place.exists() && !mode.replace()) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Optional<Copier.Made> shared = share(original, place.directory(), name);
      if (shared.isPresent()) {
        return shared.get();
      }
      Copier.Copying copying = (directory, copy) -> copier.copy(original, directory, copy);
      return place.exists()
          ? copier.replace(place, name, target, copying)
          : copying.copy(place.directory(), name);
    }
  }

  private Optional<Copier.Made> share(Copier.Original original, long directory, byte[] name)
      throws IOException {
    try {
      return copier.share(original, directory, name, mode.replace());
    } catch (InodeException e) {
      throw Errors.of(e, target);
    }
  }

  private boolean isSame(Found found, Found place) {
    return place.inode() == found.inode()
        && source.getFileSystem().hasFilesOf(target.getFileSystem());
  }
}
