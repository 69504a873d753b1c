package dev.capsa.repo;

import dev.capsa.block.ContentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One write into a file's pages. Before the gate it builds, with I/O, the pages that the active
 * overlay lacks: older content with the new bytes over it. Inside the gate it puts them in place,
 * and writes into those that the active overlay has. Confined to one thread, which holds the
 * inode's lock: what lies in the file does not change between the two, only in which level it lies.
 */
final class PageWrite {
  private static final int PAGE_BYTES = FileDelta.PAGE_BYTES;

  private final long inode;
  private final long position;
  private final ByteBuffer source;
  private final long size;
  private final boolean copying;
  private final long firstPage;

  /** By page from the first; null where the active overlay has the page. */
  private final byte[] @Nullable [] built;

  /**
   * A write of the buffer's remaining bytes, at least one; the buffer's position stays.
   *
   * @param size the file's size before
   * @param copying false shares pages with the frozen overlay, which is wrong: for tests of the
   *     tests
   */
  PageWrite(long inode, long position, ByteBuffer source, long size, boolean copying) {
    this.inode = inode;
    this.position = position;
    this.source = source;
    this.size = size;
    this.copying = copying;
    this.firstPage = position / PAGE_BYTES;
    long lastPage = (end() - 1) / PAGE_BYTES;
    this.built = new byte[(int) (lastPage - firstPage + 1)][];
  }

  private long end() {
    return position + source.remaining();
  }

  /** The most that the pages take. */
  Load load(int unitPages) {
    return Costs.pages(firstPage, firstPage + built.length, Math.max(size, end()), unitPages);
  }

  /** Builds what the active overlay lacks and was not built yet. */
  void prepare(Head head, ContentStore content) throws IOException {
    FileDelta active = head.active().file(inode);
    for (int i = 0; i < built.length; i++) {
      long number = firstPage + i;
      boolean present = active != null && active.page(number) != null;
      if (built[i] == null && !present && (copying || frozenPage(head, number) == null)) {
        byte[] page = new byte[PAGE_BYTES];
        readOlder(head, content, number, page);
        overwrite(number, page);
        built[i] = page;
      }
    }
  }

  private void readOlder(Head head, ContentStore content, long number, byte[] page)
      throws IOException {
    long start = number * PAGE_BYTES;
    boolean covered = position <= start && end() >= Math.min(size, start + PAGE_BYTES);
    if (!covered && start < size) {
      int shown = (int) Math.min(PAGE_BYTES, size - start);
      new PageReader(head, content, inode).read(start, ByteBuffer.wrap(page, 0, shown));
    }
  }

  /**
   * Applies the write. Inside the gate, no I/O.
   *
   * @return false if a commit took a page out of the overlays since {@link #prepare}: nothing was
   *     applied, prepare again
   */
  boolean apply(Head head, Edit edit) {
    FileDelta found = head.active().file(inode);
    for (int i = 0; i < built.length; i++) {
      long number = firstPage + i;
      if (built[i] == null && (found == null || found.page(number) == null)) {
        byte[] frozen = frozenPage(head, number);
        if (frozen == null) {
          return false;
        }
        built[i] = copying ? copy(number, frozen, found == null ? size : found.floor()) : frozen;
      }
    }
    FileDelta delta = edit.file(inode, size);
    assert delta.size() == size : "inode " + inode + " of " + delta.size() + " bytes, not " + size;
    for (int i = 0; i < built.length; i++) {
      long number = firstPage + i;
      byte[] present = delta.page(number);
      byte[] ours = built[i];
      if (present != null) {
        overwrite(number, present);
      } else if (ours != null) {
        if (!copying) {
          overwrite(number, ours);
        }
        edit.putPage(delta, number, ours, Math.max(size, end()));
      }
    }
    delta.grown(end());
    return true;
  }

  private byte @Nullable [] frozenPage(Head head, long number) {
    FileDelta frozen = head.frozen() == null ? null : head.frozen().file(inode);
    return frozen == null ? null : frozen.page(number);
  }

  private byte[] copy(long number, byte[] frozen, long floor) {
    byte[] page = new byte[PAGE_BYTES];
    int shown = (int) Math.max(0, Math.min(PAGE_BYTES, floor - number * PAGE_BYTES));
    System.arraycopy(frozen, 0, page, 0, shown);
    overwrite(number, page);
    return page;
  }

  /** Puts the part of the source that belongs to a page there. */
  private void overwrite(long number, byte[] page) {
    long start = number * PAGE_BYTES;
    int from = (int) Math.max(0, position - start);
    int to = (int) Math.min(PAGE_BYTES, end() - start);
    int index = source.position() + (int) (start + from - position);
    source.get(index, page, from, to - from);
  }
}
