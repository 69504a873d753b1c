package dev.capsa.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;

/** Batches of changes of every kind, as a seed decides. */
final class RandomChanges {
  private final SplittableRandom random;
  private final ModelTree tree;

  /** Sizes of keys and values that this history prefers. */
  private final int style;

  private long appended;

  RandomChanges(long seed, ModelTree tree) {
    random = new SplittableRandom(seed);
    this.tree = tree;
    style = random.nextInt(4);
  }

  /** Puts and removes until the batch is long enough. */
  void fillBatch(int mostChanges) {
    int count = 1 + random.nextInt(random.nextInt(4) == 0 ? mostChanges : 20);
    switch (random.nextInt(8)) {
      case 0 -> append(count);
      case 1 -> removeRange(count);
      case 2 -> overwrite(count);
      case 3 -> insertRow(count);
      case 4 -> removeSome(count);
      case 5 -> {
        insert(count);
        removeRange(count);
        append(count);
      }
      default -> insert(count);
    }
  }

  byte[] anyKey() {
    int kind = 1 + random.nextInt(3);
    byte[] tail = new byte[style == 3 ? random.nextInt(256) : random.nextInt(8)];
    random.nextBytes(tail);
    if (style == 3 && tail.length > 40) { // long common prefixes
      Arrays.fill(tail, 0, tail.length - 2, (byte) 'x');
    }
    return ItemKey.of(random.nextInt(style == 0 ? 20 : 5000), (byte) kind, tail);
  }

  private byte[] anyValue() {
    int length =
        switch (style) {
          case 0 -> random.nextInt(30);
          case 1 -> random.nextInt(8) == 0 ? random.nextInt(3585) : random.nextInt(100);
          case 2 -> 3000 + random.nextInt(585);
          default -> random.nextInt(300);
        };
    byte[] value = new byte[length];
    random.nextBytes(value);
    return value;
  }

  private void insert(int count) {
    for (int i = 0; i < count; i++) {
      tree.put(anyKey(), anyValue());
    }
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      tree.put(ItemKey.of(1_000_000 + appended++, (byte) 1), anyValue());
    }
  }

  private void insertRow(int count) {
    long inode = random.nextInt(5000);
    long from = random.nextInt(1000);
    for (int i = 0; i < count; i++) {
      tree.put(ItemKey.of(inode, ItemKey.EXTENT, from + i), anyValue());
    }
  }

  private void overwrite(int count) {
    for (byte[] key : some(count)) {
      tree.put(key, random.nextInt(3) == 0 ? tree.model.get(key) : anyValue());
    }
  }

  private void removeSome(int count) {
    for (byte[] key : some(count)) {
      tree.remove(key);
    }
    tree.remove(anyKey());
  }

  private void removeRange(int count) {
    byte[] from = anyKey();
    boolean all = random.nextInt(12) == 0;
    NavigableMap<byte[], byte[]> range =
        random.nextBoolean() ? tree.model.tailMap(from, true) : tree.model.headMap(from, true);
    if (all) {
      range = tree.model;
    }
    List<byte[]> keys = new ArrayList<>();
    for (byte[] key : range.keySet()) {
      if (keys.size() == count * 10 && !all) {
        break;
      }
      keys.add(key);
    }
    keys.forEach(tree::remove);
  }

  private List<byte[]> some(int count) {
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] key = tree.model.ceilingKey(anyKey());
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }
}
