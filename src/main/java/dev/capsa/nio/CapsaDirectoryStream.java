package dev.capsa.nio;

import dev.capsa.inode.Entry;
import dev.capsa.inode.InodeException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a directory, read in batches; between two batches it remembers the last name and
 * nothing else. It holds the directory by its inode: what is done relative to it is done there,
 * wherever the directory was moved. Safe for any number of threads.
 */
final class CapsaDirectoryStream implements SecureDirectoryStream<Path> {
  private static final int BATCH = 256;

  private final CapsaPath directory;
  private final long inode;
  private final DirectoryStream.Filter<? super Path> filter;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private boolean iterated;

  private volatile boolean closed;

  private CapsaDirectoryStream(
      CapsaPath directory, long inode, DirectoryStream.Filter<? super Path> filter) {
    this.directory = directory;
    this.inode = inode;
    this.filter = filter;
  }

  /**
   * Opens a directory.
   *
   * @param follow whether to follow a link to it
   * @throws NotDirectoryException if it is something else
   */
  static CapsaDirectoryStream open(
      CapsaPath directory, boolean follow, DirectoryStream.Filter<? super Path> filter)
      throws IOException {
    return open(directory, directory, follow, filter);
  }

  /**
   * Opens a directory.
   *
   * @param shown what the paths of the entries begin with
   */
  private static CapsaDirectoryStream open(
      CapsaPath directory,
      CapsaPath shown,
      boolean follow,
      DirectoryStream.Filter<? super Path> filter)
      throws IOException {
    ContainerFileSystem fs = directory.getFileSystem();
    try (Gate.Stripe inside = fs.enter()) {
      Found found = Lookup.existing(directory, follow);
      if (!found.isDirectory()) {
        throw new NotDirectoryException(directory.toString());
      }
      CapsaDirectoryStream stream = new CapsaDirectoryStream(shown, found.inode(), filter);
      fs.opened(stream);
      return stream;
    }
  }

  // Relative to the directory.

  /** A path as it leads from this directory. */
  private CapsaPath here(Path path) {
    CapsaPath ours = CapsaPath.of(path);
    if (closed) {
      throw new ClosedDirectoryStreamException();
    }
    return ours.from(inode);
  }

  @Override
  public SecureDirectoryStream<Path> newDirectoryStream(Path path, LinkOption... options)
      throws IOException {
    CapsaPath shown = directory.resolve(path);
    return open(here(path), shown, Links.follow(options), it -> true);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return Opening.open(here(path), options, attributes);
  }

  @Override
  public void deleteFile(Path path) throws IOException {
    NameSpace.delete(here(path), false);
  }

  @Override
  public void deleteDirectory(Path path) throws IOException {
    NameSpace.delete(here(path), true);
  }

  @Override
  public void move(Path source, SecureDirectoryStream<Path> targetDirectory, Path target)
      throws IOException {
    CapsaPath from = here(source);
    Objects.requireNonNull(target, "target");
    if (!(Objects.requireNonNull(targetDirectory, "targetDirectory")
        instanceof CapsaDirectoryStream there)) {
      throw new ProviderMismatchException("the target directory is not one of Capsa");
    }
    Transfer.move(from, there.here(target), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(Class<V> type) {
    return Views.of(here(directory.getFileSystem().getPath("")), type, true);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return Views.of(here(path), type, Links.follow(options));
  }

  // The entries.

  @Override
  public Iterator<Path> iterator() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the directory stream is closed");
      }
      if (iterated) {
        throw new IllegalStateException("a directory stream has one iterator only");
      }
      iterated = true;
      return new Entries();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    directory.getFileSystem().closed(this);
  }

  /** Entries with names after the given one; none once the stream or the directory is gone. */
  private List<Entry> batch(byte @Nullable [] after) throws IOException {
    ContainerFileSystem fs = directory.getFileSystem();
    try (Gate.Stripe inside = fs.enter()) {
      return fs.tree().list(inode, after, BATCH);
    } catch (InodeException e) {
      if (e.reason() == InodeException.Reason.NO_SUCH_FILE) {
        return List.of();
      }
      throw Errors.of(e, directory);
    }
  }

  /** The iterator. All its state is guarded by the stream's lock. */
  private final class Entries implements Iterator<Path> {
    private List<Entry> batch = List.of();
    private int next;
    private byte @Nullable [] last;
    private @Nullable Path ahead;
    private boolean ended;

    @Override
    public boolean hasNext() {
      lock.lock();
      try {
        if (ahead == null && !ended) {
          ahead = read();
          ended = ahead == null;
        }
        return ahead != null;
      } catch (IOException e) {
        ended = true;
        throw new DirectoryIteratorException(e);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Path next() {
      lock.lock();
      try {
        Path path = hasNext() ? ahead : null;
        if (path == null) {
          throw new NoSuchElementException();
        }
        ahead = null;
        return path;
      } finally {
        lock.unlock();
      }
    }

    private @Nullable Path read() throws IOException {
      while (!closed) {
        if (next == batch.size()) {
          if (!batch.isEmpty() && batch.size() < BATCH) {
            return null;
          }
          batch = batch(last);
          next = 0;
          if (batch.isEmpty()) {
            return null;
          }
        }
        Entry entry = batch.get(next++);
        last = entry.name();
        Path path = directory.resolve(entry.name());
        if (filter.accept(path)) {
          return path;
        }
      }
      return null;
    }
  }
}
