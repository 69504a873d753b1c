package dev.capsa.inode;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which files are open, and how often. Decides between an opening and the removal of the last name:
 * either the remover sees the handle and leaves an orphan, or the opener sees that the file is
 * dying. Counts change inside the map's computation for the inode. Safe for many threads.
 */
final class OpenFiles {
  private final ConcurrentHashMap<Long, OpenFile> files = new ConcurrentHashMap<>();

  /** Counts a further handle; null if the file is being removed at this moment. */
  @Nullable OpenFile enter(long inode) {
    OpenFile entered =
        files.compute(
            inode,
            (key, present) -> {
              OpenFile file = present == null ? new OpenFile() : present;
              if (!file.dying) {
                file.handles++;
              }
              return file;
            });
    return entered.dying ? null : entered;
  }

  /** Counts a handle less. True if it was the last one of a file that lost its last name. */
  boolean leave(long inode) {
    boolean[] orphan = new boolean[1];
    files.computeIfPresent(
        inode,
        (key, file) -> {
          if (--file.handles > 0) {
            return file;
          }
          orphan[0] = file.nameless;
          return null;
        });
    return orphan[0];
  }

  /** The file, if it is open. */
  @Nullable OpenFile of(long inode) {
    return files.get(inode);
  }

  /** Whether somebody has the file open. */
  boolean isOpen(long inode) {
    return files.containsKey(inode);
  }

  /**
   * Announces that a file loses its last name, or, having none, is to be removed. The caller has
   * locked the inode.
   *
   * <p>The second is needed, too: between the announcement of the first and the change itself the
   * last handle may go, and another one come, that knows of no removal.
   */
  Departure depart(long inode) {
    OpenFile file =
        files.compute(
            inode,
            (key, present) -> {
              OpenFile each = present == null ? new OpenFile() : present;
              each.nameless = true;
              each.dying = present == null;
              return each;
            });
    return new Departure(inode, file);
  }

  /** The removal of a last name, under way. Confined to the thread that holds the inode's lock. */
  final class Departure {
    private final long inode;
    private final OpenFile file;

    private Departure(long inode, OpenFile file) {
      this.inode = inode;
      this.file = file;
    }

    /** Whether the file stays, as an orphan, until its last handle is closed. */
    boolean staysOpen() {
      return !file.dying;
    }

    /** Ends the announcement; if the name was not removed after all, takes it back. */
    void end(boolean removed) {
      files.computeIfPresent(
          inode,
          (key, present) -> {
            if (present != file || file.dying) {
              return present == file ? null : present;
            }
            file.nameless = removed;
            return file;
          });
    }
  }

  /** A file that is open, or dying. */
  static final class OpenFile {
    /** {@link #sure} before the first opener has read the size. */
    static final long UNKNOWN = -1;

    /** Guarded by the map's computation, as the next two. */
    private int handles;

    private boolean nameless;

    /** Fixed when the object is made. */
    private boolean dying;

    /**
     * Bytes that the file surely has: set under the inode's lock, lowered before it shrinks and
     * raised after it grew. So a read below this needs to look at no size.
     */
    private final AtomicLong sure = new AtomicLong(UNKNOWN);

    long sure() {
      return sure.get();
    }

    void setSure(long bytes) {
      sure.set(bytes);
    }

    /** Sets the size that an opener read, unless somebody who came earlier has. */
    void offerSure(long bytes) {
      sure.compareAndSet(UNKNOWN, bytes);
    }
  }
}
