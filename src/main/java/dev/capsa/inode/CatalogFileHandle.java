package dev.capsa.inode;

import static dev.capsa.inode.InodeException.Reason.TOO_LARGE;

import dev.capsa.inode.InodeLocks.Held;
import dev.capsa.inode.OpenFiles.OpenFile;
import dev.capsa.raw.Mapper;
import dev.capsa.repo.Durability;
import dev.capsa.repo.View;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file. Reads take no lock; writes take the inode's, and store bytes, size and times in one
 * change.
 *
 * <p>A read wholly below the size that the file surely has ({@link OpenFile}) looks at no item. Any
 * other asks the INODE item before and after, so that a truncation in between shortens the read
 * instead of showing as zeros. A file without a name loses its content once the last handle is
 * closed: so each read looks at the end whether its handle still was open.
 */
final class CatalogFileHandle implements FileTree.FileHandle {
  /** Most bytes of one atomic write. */
  private static final int STEP_BYTES = 1 << 20;

  private final Catalog catalog;
  private final long number;
  private final OpenFile file;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean written;

  CatalogFileHandle(Catalog catalog, long number, OpenFile file) {
    this.catalog = catalog;
    this.number = number;
    this.file = file;
  }

  Catalog catalog() {
    return catalog;
  }

  @Override
  public long inode() {
    return number;
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    try (View view = catalog.head.view()) {
      return size(view);
    }
  }

  @Override
  public int read(long position, ByteBuffer destination) throws IOException {
    requireNotNegative(position);
    requireOpen();
    int start = destination.position();
    int wanted = destination.remaining();
    if (wanted <= file.sure() - position) {
      try (View view = catalog.head.view()) {
        view.read(number, position, destination);
      }
      if (wanted <= file.sure() - position) {
        requireOpen();
        return wanted;
      }
      destination.position(start);
    }
    return readUpToEnd(position, destination);
  }

  private int readUpToEnd(long position, ByteBuffer destination) throws IOException {
    int start = destination.position();
    int limit = destination.limit();
    try (View view = catalog.head.view()) {
      long size = size(view);
      if (position >= size) {
        return destination.hasRemaining() ? -1 : 0;
      }
      int count = (int) Math.min(destination.remaining(), size - position);
      destination.limit(start + count);
      view.read(number, position, destination);
    } finally {
      destination.limit(limit);
    }
    return cutAtSize(position, destination, start);
  }

  /** Takes back what a truncation beside the read has cut off. */
  private int cutAtSize(long position, ByteBuffer destination, int start) throws IOException {
    try (View view = catalog.head.view()) {
      long size = size(view);
      int count = destination.position() - start;
      if (position + count > size) {
        count = (int) Math.max(0, size - position);
        destination.position(start + count);
      }
      return count == 0 && destination.hasRemaining() ? -1 : count;
    }
  }

  @Override
  public int write(long position, ByteBuffer source) throws IOException {
    requireNotNegative(position);
    requireOpen();
    int count = source.remaining();
    requireRoom(position, count);
    long at = position;
    while (source.hasRemaining()) {
      try (Held held = catalog.locks.lock(number)) {
        at += writeStep(at, source);
      }
    }
    return count;
  }

  @Override
  public long append(ByteBuffer source) throws IOException {
    requireOpen();
    try (Held held = catalog.locks.lock(number)) {
      long end = current().size();
      requireRoom(end, source.remaining());
      long at = end;
      while (source.hasRemaining()) {
        at += writeStep(at, source);
      }
      return end;
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    requireNotNegative(size);
    requireOpen();
    requireRoom(size, 0);
    try (Held held = catalog.locks.lock(number)) {
      Inode before = current();
      if (before.size() == size) {
        return;
      }
      Plan plan = new Plan();
      catalog.put(plan, before.written(size, catalog.time.nanos()));
      long after = before.size();
      file.setSure(Math.min(size, before.size()));
      try {
        catalog.head.truncate(number, before.size(), size, plan);
        after = size;
        written = true;
      } finally {
        file.setSure(after);
      }
    }
  }

  @Override
  public long take(FileTree.FileHandle source, long from, long to, long count) throws IOException {
    requireNotNegative(from);
    requireNotNegative(to);
    requireOpen();
    return source instanceof CatalogFileHandle file
        ? new BlockTransfer(file, this).take(from, to, count)
        : 0;
  }

  /** Takes note that the file was written, and of its size; the caller holds its lock. */
  void wrote(long size) {
    file.setSure(size);
    written = true;
  }

  @Override
  public <T> Optional<T> map(long position, long length, boolean rewrite, Mapper<T> mapper)
      throws IOException {
    requireOpen();
    try (Held held = catalog.locks.lock(number)) {
      long size = current().size();
      if (position > size - length) {
        throw new EOFException(
            length + " bytes at " + position + " pass the end, the file has " + size);
      }
      return catalog.head.map(number, position, length, rewrite, mapper);
    }
  }

  @Override
  public void force() throws IOException {
    requireOpen();
    catalog.head.force();
  }

  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (catalog.openFiles.leave(number)) {
      clearOrphan();
    } else if (written && catalog.head.durability() == Durability.STRICT) {
      catalog.head.force();
    }
  }

  /** Writes up to a step of the source, under the inode's lock; how much it was. */
  private int writeStep(long position, ByteBuffer source) throws IOException {
    Inode before = current();
    int count = Math.min(STEP_BYTES, source.remaining());
    long size = Math.max(before.size(), position + count);
    Plan plan = new Plan();
    catalog.put(plan, before.written(size, catalog.time.nanos()));
    ByteBuffer step = source.duplicate().limit(source.position() + count);
    catalog.head.write(number, position, step, before.size(), plan);
    wrote(size);
    source.position(source.position() + count);
    return count;
  }

  /** The inode as it is now; the caller holds its lock. */
  Inode current() throws IOException {
    requireOpen();
    try (View view = catalog.head.view()) {
      return catalog.require(view, number);
    }
  }

  private long size(View view) throws IOException {
    Inode inode = catalog.inode(view, number);
    requireOpen();
    if (inode == null) {
      throw new InodeException(
          InodeException.Reason.NO_SUCH_FILE, "inode " + number + " was cleared while open");
    }
    return inode.size();
  }

  /** Removes the file, unless it has a name or somebody has opened it while it still had one. */
  private void clearOrphan() throws IOException {
    try (Held held = catalog.locks.lock(number);
        Removal removal = new Removal(catalog)) {
      try (View view = catalog.head.view()) {
        Inode inode = catalog.inode(view, number);
        if (inode == null || inode.links() > 0 || !removal.dropNameless(view, inode)) {
          return;
        }
      }
      removal.apply();
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
  }

  private static void requireRoom(long position, long count) throws InodeException {
    if (position > FileTree.MAX_FILE_BYTES - count) {
      throw new InodeException(
          TOO_LARGE,
          "a file of "
              + position
              + " and "
              + count
              + " bytes, at most "
              + FileTree.MAX_FILE_BYTES
              + " are possible");
    }
  }

  private static void requireNotNegative(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("negative position or size " + position);
    }
  }
}
