package dev.capsa.repo;

import dev.capsa.tree.Changes;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation's changes, noted before the gate: their size is known before any is accepted, and an
 * exception of the operation leaves nothing half done. Confined to one thread.
 */
final class Operation implements Mutation {
  /** Most bytes of items that a change may set and still count as a removal. */
  private static final int MOST_REMOVAL_BYTES = 4096;

  private final List<byte[]> keys = new ArrayList<>(6);
  private final List<byte[]> values = new ArrayList<>(6);
  private final List<Long> removedContents = new ArrayList<>(0);
  private long putBytes;
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
    putBytes += key.length + value.length;
  }

  @Override
  public void remove(byte[] key) {
    add(key, Overlay.TOMBSTONE);
    removals++;
  }

  @Override
  public void removeContent(long inode) {
    removedContents.add(inode);
    removals++;
  }

  private void add(byte[] key, byte[] value) {
    if (key.length < 1 || key.length > Changes.MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key of " + key.length + " bytes; 1 to " + Changes.MAX_KEY_BYTES);
    }
    keys.add(key);
    values.add(value);
  }

  /**
   * The most that the changes take.
   *
   * @param nextInode least inode number that the newest root does not have
   * @param unitPages pages that are stored as one
   */
  Load load(long nextInode, int unitPages) {
    Load load = Load.NONE;
    for (int i = 0; i < keys.size(); i++) {
      load = load.plus(Costs.item(keys.get(i), values.get(i), nextInode));
    }
    for (long inode : removedContents) {
      load = load.plus(Costs.file(inode, 0, nextInode, unitPages)).plus(Costs.removed());
    }
    return load;
  }

  /** Whether something is removed, and little added. */
  boolean removal() {
    return removals > 0 && putBytes <= MOST_REMOVAL_BYTES;
  }

  /** Applies all. Inside the gate. */
  void apply(Edit edit, Probe probe) {
    for (int i = 0; i < keys.size(); i++) {
      edit.put(keys.get(i), values.get(i));
      probe.at(Probe.Point.INSIDE);
    }
    for (long inode : removedContents) {
      edit.removeContent(inode);
    }
  }
}
