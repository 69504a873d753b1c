package dev.capsa.block;

import dev.capsa.tree.Item;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Items in a sorted map, which counts the look-ups. */
final class MemoryItems implements Items, ItemSink {
  private final NavigableMap<byte[], byte[]> map = new TreeMap<>(Arrays::compareUnsigned);
  long lookups;

  MemoryItems() {}

  MemoryItems copy() {
    MemoryItems copy = new MemoryItems();
    copy.map.putAll(map);
    return copy;
  }

  int size() {
    return map.size();
  }

  @Override
  public void put(byte[] key, byte[] value) {
    map.put(key.clone(), value.clone());
  }

  @Override
  public void remove(byte[] key) {
    map.remove(key);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    lookups++;
    return map.get(key);
  }

  @Override
  public @Nullable Item floor(byte[] key, byte[] lowest) {
    lookups++;
    Map.Entry<byte[], byte[]> floor = map.floorEntry(key);
    return floor == null || Arrays.compareUnsigned(floor.getKey(), lowest) < 0
        ? null
        : new Item(floor.getKey(), floor.getValue());
  }

  @Override
  public ItemCursor cursor(byte[] from, byte @Nullable [] to) {
    lookups++;
    NavigableMap<byte[], byte[]> range =
        to == null
            ? map.tailMap(from, true)
            : Arrays.compareUnsigned(from, to) >= 0
                ? new TreeMap<>()
                : map.subMap(from, true, to, false);
    Iterator<Map.Entry<byte[], byte[]>> entries = range.entrySet().iterator();
    return new ItemCursor() {
      private Map.@Nullable Entry<byte[], byte[]> entry;

      @Override
      public boolean next() {
        entry = entries.hasNext() ? entries.next() : null;
        return entry != null;
      }

      @Override
      public byte[] key() {
        return entry.getKey().clone();
      }

      @Override
      public byte[] value() {
        return entry.getValue();
      }
    };
  }
}
