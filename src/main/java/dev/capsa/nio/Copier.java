package dev.capsa.nio;

import dev.capsa.inode.AttributeChange;
import dev.capsa.inode.Entry;
import dev.capsa.inode.FileCopy;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies single files, directories without what is in them, and links, from one tree to another or
 * within one. For any thread.
 */
final class Copier {
  private static final int CHUNK_BYTES = 1 << 20;

  private final FileTree from;
  private final FileTree to;
  private final ContainerFileSystem target;
  private final boolean attributes;

  /**
   * A copier.
   *
   * @param target whose tree {@code to} is
   * @param attributes whether to copy all attributes
   */
  Copier(FileTree from, FileTree to, ContainerFileSystem target, boolean attributes) {
    this.from = from;
    this.to = to;
    this.target = target;
    this.attributes = attributes;
  }

  /** What is copied. The handle of a file keeps it readable while others delete or replace it. */
  record Original(Inode inode, FileTree.@Nullable FileHandle handle) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (handle != null) {
        handle.close();
      }
    }
  }

  /** What a copy has made, and where. */
  record Made(long directory, byte[] name, long inode) {}

  Original original(long inode, @Nullable FileKind kind) throws IOException {
    FileTree.FileHandle handle = kind == FileKind.FILE ? from.open(inode) : null;
    Inode found = null;
    try {
      found = Lookup.inode(from, inode);
      return new Original(found, handle);
    } finally {
      if (found == null && handle != null) {
        handle.close();
      }
    }
  }

  /** Copies a file in one step by sharing what is stored of it, if that can be. */
  Optional<Made> share(Original original, long directory, byte[] name, boolean replace)
      throws IOException {
    if (original.handle() == null) {
      return Optional.empty();
    }
    FileCopy copy = new FileCopy(NewFiles.asCopy(target, original.inode()), replace, attributes);
    return to.share(original.handle(), directory, name, copy)
        .map(made -> new Made(directory, name, made.number()));
  }

  /** Copies by making the empty target and filling it; if that fails, the target goes. */
  Made copy(Original original, long directory, byte[] name) throws IOException {
    Made made = make(original.inode(), directory, name);
    boolean done = false;
    try {
      if (original.handle() != null) {
        copyContent(original.handle(), made.inode());
      }
      if (attributes) {
        copyAttributes(original.inode(), made.inode());
      }
      done = true;
      return made;
    } finally {
      if (!done) {
        remove(made);
      }
    }
  }

  /** Makes the empty target. */
  Made make(Inode original, long directory, byte[] name) throws IOException {
    NewFile how = NewFiles.asCopy(target, original);
    Inode copy =
        switch (original.kind()) {
          case FILE -> to.createFile(directory, name, how);
          case DIRECTORY -> to.createDirectory(directory, name, how);
          case LINK ->
              to.createSymbolicLink(
                  directory, name, Objects.requireNonNull(original.target()), how);
        };
    return new Made(directory, name, copy.number());
  }

  private static void copyContent(FileTree.FileHandle reader, FileTree.FileHandle writer)
      throws IOException {
    long size = reader.size();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(1, Math.min(size, CHUNK_BYTES)));
    long position = 0;
    while (reader.read(position, buffer.clear()) > 0) {
      position += writer.write(position, buffer.flip());
    }
  }

  private void copyContent(FileTree.FileHandle reader, long copy) throws IOException {
    try (FileTree.FileHandle writer = to.open(copy)) {
      copyContent(reader, writer);
    }
  }

  /** The attributes that users name, then all others, so that their times are not lost. */
  void copyAttributes(Inode original, long copy) throws IOException {
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
  void remove(Made made) {
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
