package dev.capsa.repo;

import dev.capsa.block.ContentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file's bytes through a head: the pages of the active overlay, and what it has taken from
 * other files; below its floor the same of the frozen overlay; below that one's floor the committed
 * content; else zeros. Takes no lock. A write at the same time may show in part.
 */
final class PageReader {
  private static final int PAGE_BYTES = FileDelta.PAGE_BYTES;
  private static final byte[] ZEROS = new byte[PAGE_BYTES];

  private final Head head;
  private final ContentStore content;
  private final long inode;
  private final @Nullable FileDelta[] levels;

  PageReader(Head head, ContentStore content, long inode) {
    this.head = head;
    this.content = content;
    this.inode = inode;
    FileDelta active = head.active().file(inode);
    FileDelta frozen = head.frozen() == null ? null : head.frozen().file(inode);
    this.levels = new @Nullable FileDelta[] {active, frozen};
  }

  /** Fills the destination. */
  void read(long position, ByteBuffer destination) throws IOException {
    read(0, Long.MAX_VALUE, position, destination);
  }

  /** Fills the destination from a level and those below; from {@code limit} on with zeros. */
  private void read(int level, long limit, long position, ByteBuffer destination)
      throws IOException {
    long shown = Math.max(0, Math.min(destination.remaining(), limit - position));
    if (shown > 0) {
      int end = destination.limit();
      destination.limit(destination.position() + (int) shown);
      if (level == levels.length) {
        content.read(head.committed(), inode, position, destination);
      } else {
        FileDelta delta = levels[level];
        if (delta == null) {
          read(level + 1, limit, position, destination);
        } else {
          readDelta(delta, level, position, destination);
        }
      }
      destination.limit(end);
    }
    while (destination.hasRemaining()) {
      destination.put(ZEROS, 0, Math.min(ZEROS.length, destination.remaining()));
    }
  }

  private void readDelta(FileDelta delta, int level, long position, ByteBuffer destination)
      throws IOException {
    delta.see();
    long at = position;
    int end = destination.limit();
    while (destination.hasRemaining()) {
      long last = (at + destination.remaining() - 1) / PAGE_BYTES;
      Map.Entry<Long, byte[]> entry = delta.pageFrom(at / PAGE_BYTES);
      if (entry == null || entry.getKey() > last) {
        readBelowPages(delta, level, at, destination);
        return;
      }
      long start = entry.getKey() * PAGE_BYTES;
      if (start > at) {
        destination.limit(destination.position() + (int) (start - at));
        readBelowPages(delta, level, at, destination);
        destination.limit(end);
        at = start;
      }
      int from = (int) (at - start);
      int count = Math.min(PAGE_BYTES - from, destination.remaining());
      destination.put(entry.getValue(), from, count);
      at += count;
    }
  }

  /** Fills the destination with what a level has but for pages: they were looked for before. */
  private void readBelowPages(FileDelta delta, int level, long position, ByteBuffer destination)
      throws IOException {
    if (delta.taken().isEmpty()) {
      read(level + 1, delta.floor(), position, destination);
      return;
    }
    long at = position;
    int end = destination.limit();
    while (destination.hasRemaining()) {
      TakenRanges.Range range = delta.taken().from(at);
      boolean inside = range != null && range.start() <= at;
      long until = range == null ? Long.MAX_VALUE : inside ? range.end() : range.start();
      int count = (int) Math.min(destination.remaining(), until - at);
      destination.limit(destination.position() + count);
      if (range != null && inside) {
        content.read(range.itemsFor(head), range.inode(), at + range.shift(), destination);
      } else {
        // The floor is read after page and range were missed: it sinks before they go.
        read(level + 1, delta.floor(), at, destination);
      }
      destination.limit(end);
      at += count;
    }
  }
}
