package dev.capsa.repo;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Changes over a committed root: items (or tombstones) and dirty pages. Active, it is changed by
 * operations inside the gate; frozen by a cut, never again. Reading takes no lock.
 */
final class Overlay {
  /** Stands for an item that is removed; told apart by identity. */
  static final byte[] TOMBSTONE = new byte[0];

  private final ConcurrentSkipListMap<byte[], byte[]> items = newItems();
  private final ConcurrentHashMap<Long, FileDelta> files = new ConcurrentHashMap<>();
  private final Tally tally = new Tally();

  /** An empty sorted map of items. */
  static ConcurrentSkipListMap<byte[], byte[]> newItems() {
    return new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
  }

  /** Items and tombstones. */
  NavigableMap<byte[], byte[]> items() {
    return items;
  }

  /** The changes of a file; null if there are none. */
  @Nullable FileDelta file(long inode) {
    return files.get(inode);
  }

  /** Changed files by inode. */
  Map<Long, FileDelta> files() {
    return files;
  }

  /** Adds to what this takes. */
  void count(Load taken) {
    tally.add(taken);
  }

  /** What this takes. */
  Load load() {
    return tally.sum();
  }

  /** Whether nothing was changed. */
  boolean isEmpty() {
    return items.isEmpty() && files.isEmpty();
  }

  /** Both as one: {@code newer} over {@code older}, neither of which changes any more. */
  static Overlay merged(Overlay older, Overlay newer) {
    Overlay both = new Overlay();
    both.items.putAll(older.items);
    both.items.putAll(newer.items);
    both.files.putAll(older.files);
    newer.files.forEach((inode, delta) -> both.files.merge(inode, delta, FileDelta::merged));
    both.count(older.load());
    both.count(newer.load());
    return both;
  }
}
