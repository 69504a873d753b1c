package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.ObjectPointer;
import dev.capsa.tree.ItemKey;

/** What items of the catalog refer to, one item by itself. */
public final class ContentReferences {
  private ContentReferences() {}

  /** Takes references. */
  public interface Visitor {
    /**
     * A reference to an object.
     *
     * @param birth of the reference
     */
    void object(ObjectPointer pointer, long birth);

    /**
     * A reference to blocks.
     *
     * @param birth of the reference
     */
    void blocks(long start, long length, long birth);
  }

  /**
   * Hands out the reference that an item holds, if it holds one.
   *
   * @throws CapsaCorruptException if the item does not decode
   */
  public static void visit(byte[] key, byte[] value, Visitor visitor) throws CapsaCorruptException {
    if (key.length < ItemKey.PREFIX_BYTES) {
      return;
    }
    switch (ItemKey.kind(key)) {
      case ItemKey.CONTENT -> {
        if (ContentItems.content(key, value) instanceof Content.InObject object) {
          visitor.object(object.reference().pointer(), object.reference().birth());
        }
      }
      case ItemKey.EXTENT -> {
        Extent extent = ContentItems.extent(key, value);
        visitor.blocks(extent.physical(), extent.length(), extent.referenceBirth());
      }
      case ItemKey.CHAIN -> {
        Reference reference = ContentItems.link(key, value);
        visitor.object(reference.pointer(), reference.birth());
      }
      default -> {
        // Names, attributes: nothing outside of the item.
      }
    }
  }
}
