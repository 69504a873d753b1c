package dev.capsa.nio;

import dev.capsa.inode.AttributeChange;
import dev.capsa.inode.Entry;
import dev.capsa.inode.FileCopy;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeException;
import dev.capsa.inode.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies and moves within one file system, and between two of this provider. A move within one is a
 * single atomic step, and so is the copy of a file that shares what is stored. Any other copy is
 * not: others see the target grow; if it fails, the target goes.
 */
final class Transfer {
  private static final int CHUNK_BYTES = 1 << 20;

  private final CapsaPath source;
  private final CapsaPath target;
  private final TransferMode mode;
  private final FileTree from;
  private final FileTree to;

  private Transfer(CapsaPath source, CapsaPath target, TransferMode mode) {
    this.source = source;
    this.target = target;
    this.mode = mode;
    this.from = source.getFileSystem().tree();
    this.to = target.getFileSystem().tree();
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
    Made copy = copy();
    if (copy == null) {
      return;
    }
    boolean done = false;
    try {
      from.remove(moved.directory(), name);
      done = true;
    } finally {
      if (!done) {
        remove(copy);
      }
    }
  }

  /** What a copy has made, and where. */
  private record Made(long directory, byte[] name, long inode) {}

  /** What is copied. The handle of a file keeps it readable while others delete or replace it. */
  private record Original(Inode inode, FileTree.@Nullable FileHandle handle)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (handle != null) {
        handle.close();
      }
    }
  }

  private Original original() throws IOException {
    return Lookup.use(
        source,
        mode.follow(),
        found -> {
          FileTree.FileHandle handle =
              found.kind() == FileKind.FILE ? from.open(found.inode()) : null;
          Inode inode = null;
          try {
            inode = Lookup.inode(from, found.inode());
            return new Original(inode, handle);
          } finally {
            if (inode == null && handle != null) {
              handle.close();
            }
          }
        });
  }

  /** Copies; returns null if source and target are the same file. */
  private @Nullable Made copy() throws IOException {
    try (Original original = original()) {
      Found place = Lookup.find(target, false);
      Inode inode = original.inode();
      if (isSame(new Found(0, null, inode.number(), inode.kind()), place)) {
        return null;
      }
      byte[] name = place.name();
      if (name == null || place.exists() && !mode.replace()) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Optional<Inode> shared = share(original, place.directory(), name);
      if (shared.isPresent()) {
        return new Made(place.directory(), name, shared.get().number());
      }
      if (place.exists()) {
        remove(place, name);
      }
      Made made = new Made(place.directory(), name, make(inode, place.directory(), name));
      boolean done = false;
      try {
        fill(original, made.inode());
        done = true;
        return made;
      } finally {
        if (!done) {
          remove(made);
        }
      }
    }
  }

  /** Copies a file by sharing what is stored of it, if that can be. */
  private Optional<Inode> share(Original original, long directory, byte[] name) throws IOException {
    if (original.handle() == null) {
      return Optional.empty();
    }
    NewFile how = NewFiles.asCopy(target.getFileSystem(), original.inode());
    try {
      return to.share(
          original.handle(), directory, name, new FileCopy(how, mode.replace(), mode.attributes()));
    } catch (InodeException e) {
      throw Errors.of(e, target);
    }
  }

  /** Makes the empty target; returns its inode. */
  private long make(Inode original, long directory, byte[] name) throws IOException {
    NewFile how = NewFiles.asCopy(target.getFileSystem(), original);
    Inode copy =
        switch (original.kind()) {
          case FILE -> to.createFile(directory, name, how);
          case DIRECTORY -> to.createDirectory(directory, name, how);
          case LINK ->
              to.createSymbolicLink(
                  directory, name, Objects.requireNonNull(original.target()), how);
        };
    return copy.number();
  }

  private void fill(Original original, long copy) throws IOException {
    if (original.handle() != null) {
      copyContent(original.handle(), copy);
    }
    if (mode.attributes()) {
      copyAttributes(original.inode(), copy);
    }
  }

  private boolean isSame(Found found, Found place) {
    return place.inode() == found.inode()
        && source.getFileSystem().hasFilesOf(target.getFileSystem());
  }

  private void remove(Found place, byte[] name) throws IOException {
    try {
      to.remove(place.directory(), name);
    } catch (InodeException e) {
      if (e.reason() != InodeException.Reason.NO_SUCH_FILE) {
        throw Errors.of(e, target);
      }
    }
  }

  private void copyContent(FileTree.FileHandle reader, long copy) throws IOException {
    try (FileTree.FileHandle writer = to.open(copy)) {
      long size = reader.size();
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(1, Math.min(size, CHUNK_BYTES)));
      long position = 0;
      while (reader.read(position, buffer.clear()) > 0) {
        position += writer.write(position, buffer.flip());
      }
    }
  }

  /** The attributes that users name, then all others, so that their times are not lost. */
  private void copyAttributes(Inode original, long copy) throws IOException {
    for (byte[] name : from.attributeNames(original.number())) {
      byte[] value = from.attribute(original.number(), name);
      if (value != null) {
        to.setAttribute(copy, name, value);
      }
    }
    to.setAttributes(
        copy,
        new AttributeChange(
            original.mode(),
            original.owner(),
            original.group(),
            original.modifiedNanos(),
            original.accessedNanos(),
            original.createdNanos()));
  }

  /** Removes what a copy has made, if it still has the name: the copy has failed, and tells why. */
  private void remove(Made made) {
    try {
      @Nullable Entry entry = to.lookup(made.directory(), made.name());
      if (entry != null && entry.inode() == made.inode()) {
        to.remove(made.directory(), made.name());
      }
    } catch (IOException e) {
      // The exception that made the copy fail is under way.
    }
  }
}
