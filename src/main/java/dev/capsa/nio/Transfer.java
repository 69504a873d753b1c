package dev.capsa.nio;

import dev.capsa.inode.AttributeChange;
import dev.capsa.inode.Entry;
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
import org.jspecify.annotations.Nullable;

/**
 * Copies and moves within one file system, and between two of this provider. A move within one is a
 * single atomic step. A copy is not: others see the target grow; if it fails, the target goes.
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
    copy();
    from.remove(moved.directory(), name);
  }

  private void copy() throws IOException {
    Inode original = Lookup.inode(source, mode.follow());
    Found place = Lookup.find(target, false);
    Found found = new Found(0, null, original.number(), original.kind());
    if (isSame(found, place)) {
      return;
    }
    byte[] name = place.name();
    if (name == null || place.exists() && !mode.replace()) {
      throw new FileAlreadyExistsException(target.toString());
    }
    if (place.exists()) {
      remove(place, name);
    }
    NewFile how = NewFiles.asCopy(target.getFileSystem(), original);
    Inode copy =
        switch (original.kind()) {
          case FILE -> to.createFile(place.directory(), name, how);
          case DIRECTORY -> to.createDirectory(place.directory(), name, how);
          case LINK ->
              to.createSymbolicLink(
                  place.directory(), name, Objects.requireNonNull(original.target()), how);
        };
    boolean done = false;
    try {
      if (original.kind() == FileKind.FILE) {
        copyContent(original.number(), copy.number());
      }
      if (mode.attributes()) {
        copyAttributes(original, copy.number());
      }
      done = true;
    } finally {
      if (!done) {
        removeFailed(place.directory(), name, copy.number());
      }
    }
  }

  private boolean isSame(Found found, Found place) {
    return place.inode() == found.inode()
        && source.getFileSystem().engine() == target.getFileSystem().engine();
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

  private void copyContent(long original, long copy) throws IOException {
    try (FileTree.FileHandle reader = from.open(original);
        FileTree.FileHandle writer = to.open(copy)) {
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

  /** Removes what a failed copy made, if it still has the name; the failure itself is told. */
  private void removeFailed(long directory, byte[] name, long copy) {
    try {
      @Nullable Entry entry = to.lookup(directory, name);
      if (entry != null && entry.inode() == copy) {
        to.remove(directory, name);
      }
    } catch (IOException e) {
      // The exception that made the copy fail is under way.
    }
  }
}
