package dev.capsa.tree;

import static dev.capsa.tree.NodeLayout.INTS;
import static dev.capsa.tree.NodeLayout.LONGS;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.ObjectPointer;
import org.jspecify.annotations.Nullable;

/**
 * A state of the catalog: what a commit records and a view reads.
 *
 * @param pointer the root node; null if the tree is empty
 * @param height levels of the tree; 0 if it is empty, 1 if the root is a leaf
 * @param items number of items
 */
public record TreeRoot(@Nullable ObjectPointer pointer, int height, long items) {
  /** The tree without items. */
  public static final TreeRoot EMPTY = new TreeRoot(null, 0, 0);

  /** Bytes of the encoded form. */
  public static final int BYTES = 40;

  static final int ROOT_ID = 0;
  static final int ROOT_BIRTH = ROOT_ID + 8;
  static final int ROOT_CHECKSUM = ROOT_BIRTH + 8;
  static final int ROOT_LENGTH = ROOT_CHECKSUM + 8;
  static final int ROOT_HEIGHT = ROOT_LENGTH + 4;
  static final int ROOT_ITEMS = ROOT_HEIGHT + 4;

  /** Checks that an empty tree, and only that, has no pointer, no height and no items. */
  public TreeRoot {
    boolean consistent = pointer == null ? height == 0 && items == 0 : height >= 1 && items >= 1;
    if (!consistent) {
      throw new IllegalArgumentException(
          "root " + pointer + " with height " + height + " and " + items + " items");
    }
  }

  /** Writes {@link #BYTES} bytes. */
  public void encode(byte[] destination, int offset) {
    ObjectPointer to = pointer == null ? new ObjectPointer(0, 0, 0, 0) : pointer;
    LONGS.set(destination, offset + ROOT_ID, to.id());
    LONGS.set(destination, offset + ROOT_BIRTH, to.birth());
    LONGS.set(destination, offset + ROOT_CHECKSUM, to.checksum());
    INTS.set(destination, offset + ROOT_LENGTH, to.length());
    INTS.set(destination, offset + ROOT_HEIGHT, height);
    LONGS.set(destination, offset + ROOT_ITEMS, items);
  }

  /**
   * Reads {@link #BYTES} bytes.
   *
   * @throws CapsaCorruptException if they are no root
   */
  public static TreeRoot decode(byte[] source, int offset) throws CapsaCorruptException {
    if (offset < 0 || source.length - offset < BYTES) {
      throw new CapsaCorruptException(
          "a catalog root needs " + BYTES + " bytes at " + offset + " of " + source.length);
    }
    int height = (int) INTS.get(source, offset + ROOT_HEIGHT);
    long items = (long) LONGS.get(source, offset + ROOT_ITEMS);
    ObjectPointer pointer =
        new ObjectPointer(
            (long) LONGS.get(source, offset + ROOT_ID),
            (long) LONGS.get(source, offset + ROOT_BIRTH),
            (int) INTS.get(source, offset + ROOT_LENGTH),
            (long) LONGS.get(source, offset + ROOT_CHECKSUM));
    if (height == 0 && items == 0 && pointer.id() == 0) {
      return EMPTY;
    }
    if (height < 1 || height > NodeLayout.MAX_LEVEL || items < 1) {
      throw new CapsaCorruptException(
          "catalog root " + pointer + " has height " + height + " and " + items + " items");
    }
    return new TreeRoot(pointer, height, items);
  }
}
