package dev.capsa.nio;

import dev.capsa.inode.Entry;
import dev.capsa.inode.InodeException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a directory, read in batches; between two batches it remembers the last name and
 * nothing else. Safe for any number of threads.
 */
final class CapsaDirectoryStream implements DirectoryStream<Path> {
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
   * Opens a directory, following links to it.
   *
   * @throws NotDirectoryException if it is something else
   */
  static CapsaDirectoryStream open(CapsaPath directory, DirectoryStream.Filter<? super Path> filter)
      throws IOException {
    ContainerFileSystem fs = directory.getFileSystem();
    try (Gate.Stripe inside = fs.enter()) {
      Found found = Lookup.existing(directory, true);
      if (!found.isDirectory()) {
        throw new NotDirectoryException(directory.toString());
      }
      CapsaDirectoryStream stream = new CapsaDirectoryStream(directory, found.inode(), filter);
      fs.opened(stream);
      return stream;
    }
  }

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
