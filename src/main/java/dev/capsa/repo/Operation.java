package dev.capsa.repo;

import dev.capsa.tree.Changes;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation's changes, noted before the gate: their size is known before any is accepted, and an
 * exception of the operation leaves nothing half done. Confined to one thread.
 */
final class Operation implements Mutation {
  private final List<byte[]> keys = new ArrayList<>(6);
  private final List<byte[]> values = new ArrayList<>(6);
  private final List<Long> removedContents = new ArrayList<>(0);
  private long bytes;
  private int removals;

  /** What a change asks for. */
  static Operation of(Change change) {
    Operation operation = new Operation();
    change.apply(operation);
    return operation;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    if (value.length > Changes.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "a value of " + value.length + " bytes; at most " + Changes.MAX_VALUE_BYTES);
    }
    add(key, value);
  }

  @Override
  public void remove(byte[] key) {
    add(key, Overlay.TOMBSTONE);
    removals++;
  }

  @Override
  public void removeContent(long inode) {
    removedContents.add(inode);
    bytes += Costs.FILE_BYTES;
    removals++;
  }

  private void add(byte[] key, byte[] value) {
    if (key.length < 1 || key.length > Changes.MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key of " + key.length + " bytes; 1 to " + Changes.MAX_KEY_BYTES);
    }
    keys.add(key);
    values.add(value);
    bytes += Costs.item(key, value);
  }

  /** Most memory that the changes take. */
  long bytes() {
    return bytes;
  }

  /** Items set or removed, and contents dropped. */
  int count() {
    return keys.size() + removedContents.size();
  }

  /** How many of them remove something. */
  int removals() {
    return removals;
  }

  /** Applies all. Inside the gate. */
  void apply(Edit edit, Probe probe) {
    for (int i = 0; i < keys.size(); i++) {
      edit.put(keys.get(i), values.get(i));
      probe.at(Probe.Point.INSIDE);
    }
    for (long inode : removedContents) {
      edit.countPages(-edit.file(inode, 0).remove());
    }
  }
}
