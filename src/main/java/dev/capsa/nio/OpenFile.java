package dev.capsa.nio;

import dev.capsa.inode.Entry;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.InodeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;

/** What a channel of whatever kind has open. Safe for any number of threads. */
final class OpenFile {
  private final ContainerFileSystem fs;
  private final CapsaPath path;
  private final OpenMode mode;
  private final Found found;
  private final SharedHandle shared;

  OpenFile(CapsaPath path, FileTree.FileHandle handle, OpenMode mode, Found found) {
    this.fs = path.getFileSystem();
    this.path = path;
    this.mode = mode;
    this.found = found;
    this.shared = new SharedHandle(handle);
  }

  /** What an operation does with the handle. */
  @FunctionalInterface
  interface Action {
    long on(FileTree.FileHandle handle) throws IOException;
  }

  OpenMode mode() {
    return mode;
  }

  boolean inReadOnlyFileSystem() {
    return fs.isReadOnly();
  }

  /**
   * Runs an operation.
   *
   * @throws ClosedChannelException if the file is closed, or the file system
   */
  long run(Action action) throws IOException {
    try (Gate.Stripe inside = fs.enterOrClosed()) {
      FileTree.FileHandle handle = shared.take();
      try {
        return action.on(handle);
      } finally {
        shared.release();
      }
    } catch (InodeException e) {
      throw Errors.of(e, path);
    }
  }

  void requireReadable() {
    if (!mode.read()) {
      throw new NonReadableChannelException();
    }
  }

  void requireWritable() {
    if (!mode.write()) {
      throw new NonWritableChannelException();
    }
  }

  /** Makes what was written durable, if the file was opened with SYNC or DSYNC. */
  void forceIfSync(FileTree.FileHandle handle) throws IOException {
    if (mode.sync()) {
      handle.force();
    }
  }

  /** Makes everything durable; there is nothing to do in a file system that is read-only. */
  void force() throws IOException {
    if (!fs.isReadOnly()) {
      run(
          handle -> {
            handle.force();
            return 0;
          });
    }
  }

  /** Holds a lock, until it is released or the channel is closed. */
  void hold(FileLock lock) {
    if (lock.isShared()) {
      requireReadable();
    } else {
      requireWritable();
    }
    fs.locks().take(found.inode(), lock);
  }

  void release(FileLock lock) {
    fs.locks().release(found.inode(), lock);
  }

  /** Lets go of everything; to be called once, when the channel is closed already. */
  <C extends Channel & Closeable> void close(C channel) throws IOException {
    fs.locks().releaseAll(found.inode(), channel);
    Failures failures = new Failures();
    if (mode.deleteOnClose()) {
      failures.run(this::deleteName);
    }
    failures.run(shared::close);
    fs.closed(channel);
    failures.rethrow();
  }

  /** Removes the name under which the file was opened, unless it names another file by now. */
  private void deleteName() throws IOException {
    byte[] name = found.name();
    if (name == null) {
      return;
    }
    try {
      Entry entry = fs.tree().lookup(found.directory(), name);
      if (entry != null && entry.inode() == found.inode()) {
        fs.tree().remove(found.directory(), name);
      }
    } catch (InodeException e) {
      // Somebody else removed it, or its directory.
    }
  }
}
