package dev.capsa.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of items, collected for {@link Tree#apply}. They may come in any order; of several
 * changes of one key the last one counts. Sorting is free if they come in ascending order. Keeps
 * the arrays it is given. Confined to one thread.
 */
public final class Changes implements ItemSink {
  /** Most bytes of a key. */
  public static final int MAX_KEY_BYTES = NodeLayout.MAX_KEY_BYTES;

  /** Most bytes of a value. */
  public static final int MAX_VALUE_BYTES = NodeLayout.MAX_VALUE_BYTES;

  private final List<ItemChange> changes = new ArrayList<>();
  private boolean ascending = true;

  /**
   * Sets an item, present or not.
   *
   * @throws IllegalArgumentException if the key has not 1 to {@link #MAX_KEY_BYTES} bytes, or the
   *     value more than {@link #MAX_VALUE_BYTES}
   */
  @Override
  public void put(byte[] key, byte[] value) {
    if (value.length > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "a value of " + value.length + " bytes; at most " + MAX_VALUE_BYTES + " are possible");
    }
    add(key, value);
  }

  /**
   * Removes an item, present or not.
   *
   * @throws IllegalArgumentException if the key has not 1 to {@link #MAX_KEY_BYTES} bytes
   */
  @Override
  public void remove(byte[] key) {
    add(key, null);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  private void add(byte[] key, byte @Nullable [] value) {
    if (key.length < 1 || key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key of " + key.length + " bytes; 1 to " + MAX_KEY_BYTES + " are possible");
    }
    ascending =
        ascending
            && (changes.isEmpty()
                || Arrays.compareUnsigned(changes.get(changes.size() - 1).key(), key) < 0);
    changes.add(new ItemChange(key, value));
  }

  /** The changes in ascending order, one of each key. */
  List<ItemChange> sorted() {
    if (!ascending) {
      changes.sort((one, other) -> Arrays.compareUnsigned(one.key(), other.key()));
      int kept = 0;
      for (int i = 0; i < changes.size(); i++) {
        ItemChange change = changes.get(i);
        if (i + 1 == changes.size() || !Arrays.equals(change.key(), changes.get(i + 1).key())) {
          changes.set(kept++, change);
        }
      }
      changes.subList(kept, changes.size()).clear();
      ascending = true;
    }
    return changes;
  }
}
