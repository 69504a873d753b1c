package dev.capsa.repo;

import dev.capsa.tree.ItemCursor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over levels of newer items and a base: for each key the newest level decides, and a
 * tombstone hides. Confined to one thread.
 */
final class MergedCursor implements ItemCursor {
  /** A level's iterator with the entry that it stands at. */
  private static final class Level {
    private final Iterator<Map.Entry<byte[], byte[]>> rest;
    private Map.@Nullable Entry<byte[], byte[]> here;

    Level(Iterator<Map.Entry<byte[], byte[]>> rest) {
      this.rest = rest;
      advance();
    }

    void advance() {
      here = rest.hasNext() ? rest.next() : null;
    }
  }

  private static final byte[] NOWHERE = new byte[0];

  private final Level[] levels;
  private final ItemCursor base;
  private byte @Nullable [] baseKey;
  private byte[] key = NOWHERE;
  private byte[] value = NOWHERE;

  MergedCursor(
      List<NavigableMap<byte[], byte[]>> newestFirst,
      byte[] from,
      byte @Nullable [] to,
      ItemCursor base)
      throws IOException {
    this.levels = new Level[newestFirst.size()];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = new Level(range(newestFirst.get(i), from, to).entrySet().iterator());
    }
    this.base = base;
    advanceBase();
  }

  private static NavigableMap<byte[], byte[]> range(
      NavigableMap<byte[], byte[]> items, byte[] from, byte @Nullable [] to) {
    if (to == null) {
      return items.tailMap(from, true);
    }
    boolean empty = Arrays.compareUnsigned(from, to) >= 0;
    return empty ? items.subMap(from, true, from, false) : items.subMap(from, true, to, false);
  }

  @Override
  public boolean next() throws IOException {
    while (true) {
      byte[] least = baseKey;
      for (Level level : levels) {
        if (level.here != null
            && (least == null || Arrays.compareUnsigned(level.here.getKey(), least) < 0)) {
          least = level.here.getKey();
        }
      }
      if (least == null) {
        return false;
      }
      if (take(least) != Overlay.TOMBSTONE) {
        return true;
      }
    }
  }

  /** Moves all levels past a key; the newest one's value counts. */
  private byte[] take(byte[] least) throws IOException {
    byte[] newest = null;
    for (Level level : levels) {
      if (level.here != null && Arrays.equals(level.here.getKey(), least)) {
        newest = newest == null ? level.here.getValue() : newest;
        level.advance();
      }
    }
    if (baseKey != null && Arrays.equals(baseKey, least)) {
      newest = newest == null ? base.value() : newest;
      advanceBase();
    }
    if (newest == null) {
      throw new IllegalStateException("no level has the least key");
    }
    key = least;
    value = newest;
    return newest;
  }

  private void advanceBase() throws IOException {
    baseKey = base.next() ? base.key() : null;
  }

  @Override
  public byte[] key() {
    return key.clone();
  }

  @Override
  public byte[] value() {
    return value;
  }
}
