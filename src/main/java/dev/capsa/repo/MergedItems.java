package dev.capsa.repo;

import dev.capsa.tree.Changes;
import dev.capsa.tree.Item;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Items under levels of newer items, in which {@link Overlay#TOMBSTONE} hides what lies below. As
 * safe for threads as its parts.
 */
final class MergedItems implements Items {
  private final List<NavigableMap<byte[], byte[]>> levels;
  private final Items base;

  /** Levels from the newest to the oldest, over a base. */
  MergedItems(List<NavigableMap<byte[], byte[]>> levels, Items base) {
    this.levels = levels;
    this.base = base;
  }

  @Override
  public byte @Nullable [] get(byte[] key) throws IOException {
    for (NavigableMap<byte[], byte[]> level : levels) {
      byte[] value = level.get(key);
      if (value != null) {
        return value == Overlay.TOMBSTONE ? null : value;
      }
    }
    return base.get(key);
  }

  @Override
  public ItemCursor cursor(byte[] from, byte @Nullable [] to) throws IOException {
    return new MergedCursor(levels, from, to, base.cursor(from, to));
  }

  @Override
  public @Nullable Item floor(byte[] key, byte[] lowest) throws IOException {
    byte[] bound = key;
    while (Arrays.compareUnsigned(bound, lowest) >= 0) {
      Item best = base.floor(bound, lowest);
      for (int i = levels.size() - 1; i >= 0; i--) {
        Map.Entry<byte[], byte[]> entry = levels.get(i).floorEntry(bound);
        if (entry != null
            && Arrays.compareUnsigned(entry.getKey(), lowest) >= 0
            && (best == null || Arrays.compareUnsigned(entry.getKey(), best.key()) >= 0)) {
          best = new Item(entry.getKey(), entry.getValue());
        }
      }
      if (best == null || best.value() != Overlay.TOMBSTONE) {
        return best;
      }
      bound = before(best.key());
    }
    return null;
  }

  /** A key below {@code key} and above every other key of the catalog that is. */
  private static byte[] before(byte[] key) {
    int last = key.length - 1;
    if (key[last] == 0) {
      return Arrays.copyOf(key, last);
    }
    byte[] before = Arrays.copyOf(key, Changes.MAX_KEY_BYTES);
    before[last]--;
    Arrays.fill(before, last + 1, before.length, (byte) 0xff);
    return before;
  }
}
