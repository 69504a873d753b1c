package dev.capsa.block;

import dev.capsa.tree.Item;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Items that show what was changed through them, over a view that need not. Changes pass to the
 * sink at once; a cursor need not show those made after it. {@link #floor} is for keys that end in
 * a number; only the lowest one may have no tail. Confined to one thread.
 */
final class ItemSession implements Items, ItemSink {
  private final Items base;
  private final ItemSink sink;

  /** Changed items; empty: removed. */
  private final NavigableMap<byte[], Optional<byte[]>> changed =
      new TreeMap<>(Arrays::compareUnsigned);

  ItemSession(Items base, ItemSink sink) {
    this.base = base;
    this.sink = sink;
  }

  @Override
  public void put(byte[] key, byte[] value) throws IOException {
    sink.put(key, value);
    changed.put(key, Optional.of(value));
  }

  @Override
  public void remove(byte[] key) throws IOException {
    sink.remove(key);
    changed.put(key, Optional.empty());
  }

  @Override
  public byte @Nullable [] get(byte[] key) throws IOException {
    Optional<byte[]> own = changed.get(key);
    return own == null ? base.get(key) : own.orElse(null);
  }

  @Override
  public @Nullable Item floor(byte[] key, byte[] lowest) throws IOException {
    byte[] at = key;
    while (Arrays.compareUnsigned(at, lowest) >= 0) {
      Item below = base.floor(at, lowest);
      Map.Entry<byte[], Optional<byte[]>> own = changed.floorEntry(at);
      if (own == null
          || Arrays.compareUnsigned(own.getKey(), lowest) < 0
          || (below != null && Arrays.compareUnsigned(below.key(), own.getKey()) > 0)) {
        return below;
      }
      if (own.getValue().isPresent()) {
        return new Item(own.getKey(), own.getValue().get());
      }
      if (Arrays.equals(own.getKey(), lowest)) {
        return null;
      }
      at = keyBefore(own.getKey());
    }
    return null;
  }

  /** A key below this one, with none in use between them. */
  private static byte[] keyBefore(byte[] key) {
    long inode = ItemKey.inode(key);
    byte kind = ItemKey.kind(key);
    long number = ItemKey.number(key);
    return number == 0 ? ItemKey.of(inode, kind) : ItemKey.of(inode, kind, number - 1);
  }

  @Override
  public ItemCursor cursor(byte[] from, byte @Nullable [] to) throws IOException {
    return new MergedCursor(base.cursor(from, to), from, to);
  }

  private final class MergedCursor implements ItemCursor {
    private final ItemCursor below;
    private final byte @Nullable [] to;
    private boolean belowHasItem;
    private Map.@Nullable Entry<byte[], Optional<byte[]>> own;
    private byte[] key = new byte[0];
    private byte[] value = key;

    MergedCursor(ItemCursor below, byte[] from, byte @Nullable [] to) throws IOException {
      this.below = below;
      this.to = to;
      belowHasItem = below.next();
      own = inRange(changed.ceilingEntry(from));
    }

    @Override
    public boolean next() throws IOException {
      while (true) {
        Map.Entry<byte[], Optional<byte[]>> candidate = own;
        int order = compare(candidate);
        if (order < 0) {
          key = below.key();
          value = below.value();
          belowHasItem = below.next();
          return true;
        }
        if (candidate == null) {
          return false;
        }
        if (order == 0) {
          belowHasItem = below.next();
        }
        own = inRange(changed.higherEntry(candidate.getKey()));
        if (candidate.getValue().isPresent()) {
          key = candidate.getKey().clone();
          value = candidate.getValue().get();
          return true;
        }
      }
    }

    /** Below 0: the base's item is next; above 0: the changed one, if any; 0: both are the same. */
    private int compare(Map.@Nullable Entry<byte[], Optional<byte[]>> candidate) {
      if (!belowHasItem) {
        return 1;
      }
      return candidate == null ? -1 : Arrays.compareUnsigned(below.key(), candidate.getKey());
    }

    private Map.@Nullable Entry<byte[], Optional<byte[]>> inRange(
        Map.@Nullable Entry<byte[], Optional<byte[]>> entry) {
      return entry == null || (to != null && Arrays.compareUnsigned(entry.getKey(), to) >= 0)
          ? null
          : entry;
    }

    @Override
    public byte[] key() {
      return key;
    }

    @Override
    public byte[] value() {
      return value;
    }
  }
}
