package dev.capsa.nio;

import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeException;
import dev.capsa.inode.NewFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.OpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens files. */
final class Opening<C extends Channel & Closeable> {
  /** So often may others delete or replace a file between our finding and our opening it. */
  private static final int ATTEMPTS = 1000;

  private final CapsaPath path;
  private final OpenMode mode;
  private final NewFile how;
  private final Function<OpenFile, C> channels;
  private final ContainerFileSystem fs;

  private Opening(CapsaPath path, OpenMode mode, NewFile how, Function<OpenFile, C> channels) {
    this.path = path;
    this.mode = mode;
    this.how = how;
    this.channels = channels;
    this.fs = path.getFileSystem();
  }

  /** Opens, and creates, as the options say. */
  static CapsaFileChannel open(
      CapsaPath path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return open(path, OpenMode.of(options), CapsaFileChannel::new, attributes);
  }

  /**
   * Opens a channel whose operations run in an executor.
   *
   * @param executor null: threads that such channels share
   */
  static CapsaAsynchronousFileChannel openAsynchronous(
      CapsaPath path,
      Set<? extends OpenOption> options,
      @Nullable Executor executor,
      FileAttribute<?>... attributes)
      throws IOException {
    OpenMode mode = OpenMode.of(options);
    if (mode.append()) {
      throw new UnsupportedOperationException("an asynchronous channel cannot APPEND");
    }
    return open(path, mode, file -> new CapsaAsynchronousFileChannel(file, executor), attributes);
  }

  private static <C extends Channel & Closeable> C open(
      CapsaPath path, OpenMode mode, Function<OpenFile, C> channels, FileAttribute<?>... attributes)
      throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = mode.changes() ? fs.enterToChange() : fs.enter()) {
      NewFile how = NewFiles.of(fs, FileKind.FILE, attributes);
      return new Opening<>(path, mode, how, channels).open();
    } catch (InodeException e) {
      throw Errors.of(e, path);
    }
  }

  private C open() throws IOException {
    for (int attempt = 1; ; attempt++) {
      Found found = Lookup.find(path, mode.follow());
      try {
        return found.exists() ? existing(found) : created(found);
      } catch (InodeException e) {
        boolean vanished = e.reason() == InodeException.Reason.NO_SUCH_FILE;
        boolean appeared = e.reason() == InodeException.Reason.ALREADY_EXISTS && !mode.createNew();
        if (!(vanished || appeared) || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private C existing(Found found) throws IOException {
    if (mode.createNew()) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (found.isLink()) {
      throw Errors.because(path, "A symbolic link, which the options say not to follow");
    }
    if (found.isDirectory()) {
      if (mode.write() || mode.deleteOnClose()) {
        throw Errors.because(path, "Is a directory");
      }
      return channel(new DirectoryHandle(path, found.inode()), found);
    }
    FileTree.FileHandle handle = fs.tree().open(found.inode());
    boolean kept = false;
    try {
      if (mode.truncate() && handle.size() > 0) {
        handle.truncate(0);
      }
      C channel = channel(handle, found);
      kept = true;
      return channel;
    } finally {
      if (!kept) {
        handle.close();
      }
    }
  }

  private C created(Found nothing) throws IOException {
    byte[] name = nothing.name();
    if (!mode.create() || name == null) {
      throw Errors.missing(path);
    }
    Inode inode = fs.tree().createFile(nothing.directory(), name, how);
    FileTree.FileHandle handle = fs.tree().open(inode.number());
    return channel(handle, new Found(nothing.directory(), name, inode.number(), FileKind.FILE));
  }

  private C channel(FileTree.FileHandle handle, Found found) {
    C channel = channels.apply(new OpenFile(path, handle, mode, found));
    fs.opened(channel);
    return channel;
  }
}
