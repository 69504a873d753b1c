package dev.capsa.repo;

import dev.capsa.block.ContentChange;
import dev.capsa.block.ContentStore;
import dev.capsa.block.SharedBlocks;
import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the files of a frozen overlay have taken from others, as one commit stores it. All blocks
 * are referred to once more before any file is changed: what they were taken from may be changed by
 * the same commit. Of a block through which a file's end goes the bytes are stored; so are all of a
 * file that is so small that it may become one object. Confined to the committer.
 */
final class TakenContent {
  private static final int PAGE_BYTES = FileDelta.PAGE_BYTES;

  private final Items committed;
  private final ContentStore content;
  private final Batch batch;
  private final Map<Long, List<SharedBlocks>> blocks = new HashMap<>();
  private final Map<Long, NavigableMap<Long, byte[]>> pages = new HashMap<>();

  private TakenContent(Items committed, ContentStore content, Batch batch) {
    this.committed = committed;
    this.content = content;
    this.batch = batch;
  }

  /** Refers to all that was taken; the committed items are those below the overlay. */
  static TakenContent borrow(
      NavigableMap<Long, FileDelta> files, Items committed, ContentStore content, Batch batch)
      throws IOException {
    TakenContent taken = new TakenContent(committed, content, batch);
    for (Map.Entry<Long, FileDelta> file : files.entrySet()) {
      for (TakenRanges.Range range : file.getValue().taken().all()) {
        taken.add(file.getKey(), file.getValue(), range);
      }
    }
    return taken;
  }

  /** What changes in a file but for the blocks that it shares. */
  ContentChange change(long inode, FileDelta delta) {
    NavigableMap<Long, byte[]> all = pages.get(inode);
    if (all != null) {
      all.putAll(delta.pages());
    }
    return new ContentChange(delta.size(), delta.floor(), all == null ? delta.pages() : all);
  }

  /** The blocks that a file shares then. */
  List<SharedBlocks> blocks(long inode) {
    return blocks.getOrDefault(inode, List.of());
  }

  private void add(long inode, FileDelta delta, TakenRanges.Range range) throws IOException {
    boolean small = delta.size() <= Space.MAX_OBJECT_BYTES;
    long first = range.start() / PAGE_BYTES;
    long whole = small ? first : range.end() / PAGE_BYTES;
    long at = first;
    for (long page : delta.pages().subMap(first, whole).keySet()) {
      share(inode, range, at, page);
      at = page + 1;
    }
    share(inode, range, at, whole);
    for (long page = whole; page * PAGE_BYTES < range.end(); page++) {
      if (delta.page(page) == null) {
        pages.computeIfAbsent(inode, key -> new TreeMap<>()).put(page, read(range, page));
      }
    }
  }

  private void share(long inode, TakenRanges.Range range, long first, long end) throws IOException {
    if (first < end) {
      long from = first + range.shift() / PAGE_BYTES;
      blocks
          .computeIfAbsent(inode, key -> new ArrayList<>())
          .add(content.borrow(committed, range.inode(), from, end - first, batch, first));
    }
  }

  /** A page as far as it is in the range. */
  private byte[] read(TakenRanges.Range range, long number) throws IOException {
    byte[] page = new byte[PAGE_BYTES];
    long start = number * PAGE_BYTES;
    int length = (int) Math.min(PAGE_BYTES, range.end() - start);
    content.read(committed, range.inode(), start + range.shift(), ByteBuffer.wrap(page, 0, length));
    return page;
  }
}
