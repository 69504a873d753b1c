package dev.capsa.nio;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.nio.file.DirectoryNotEmptyException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies single files, directories without what is in them, and links, from one tree to another or
 * within one. For any thread.
 */
final class Copier {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int LISTED = 256;

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

  /** Makes a copy under a name; if that fails, nothing of it is left. */
  @FunctionalInterface
  interface Copying {
    Made copy(long directory, byte[] name) throws IOException;
  }

  /**
   * Copies beside what has the name, and puts the copy in its place when it is whole. Whatever
   * fails, what is there stays.
   *
   * @param place what is there
   * @param path where that is, for messages
   */
  Made replace(Found place, byte[] name, CapsaPath path, Copying copying) throws IOException {
    if (place.isDirectory() && !to.list(place.inode(), null, 1).isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    try (Aside aside = new Aside(target.watches(), ".copied-")) {
      Made made = copying.copy(place.directory(), aside.name().getBytes(UTF_8));
      boolean done = false;
      try {
        to.rename(made.directory(), made.name(), place.directory(), name, /* replace= */ true);
        done = true;
      } catch (InodeException e) {
        throw Errors.of(e, path);
      } finally {
        if (!done) {
          removeAll(made);
        }
      }
      return new Made(place.directory(), name, made.inode());
    }
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
        removeAll(made);
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

  /** After a failure: removes what was made, and all that lies below it. */
  void removeAll(Made made) {
    Deque<Made> left = new ArrayDeque<>();
    left.push(made);
    try {
      while (!left.isEmpty()) {
        Made last = left.element();
        Entry entry = to.lookup(last.directory(), last.name());
        if (entry == null || entry.inode() != last.inode()) {
          left.pop();
          continue;
        }
        List<Entry> below =
            entry.kind() == FileKind.DIRECTORY
                ? to.list(last.inode(), null, LISTED)
                : List.<Entry>of();
        if (below.isEmpty()) {
          to.remove(last.directory(), last.name());
          left.pop();
        }
        for (Entry each : below) {
          left.push(new Made(last.inode(), each.name(), each.inode()));
        }
      }
    } catch (IOException e) {
      // The exception that made the copy fail is under way.
    }
  }
}
