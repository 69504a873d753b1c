package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.ObjectPointer;

/** Values of items of content, so that a test can read them and plant wrong ones. */
public final class ContentValues {
  private ContentValues() {}

  /** The value of an extent. */
  public static byte[] extent(Extent extent) {
    return ContentItems.encode(extent);
  }

  /** The extent of an item. */
  public static Extent extent(byte[] key, byte[] value) throws CapsaCorruptException {
    return ContentItems.extent(key, value);
  }

  /** The object that a CONTENT item refers to. */
  public static ObjectPointer object(byte[] key, byte[] value) throws CapsaCorruptException {
    return ((Content.InObject) ContentItems.content(key, value)).reference().pointer();
  }

  /** The value of an item of a block chain. */
  public static byte[] link(ObjectPointer pointer) {
    return ContentItems.encode(new Reference(pointer, pointer.birth()));
  }
}
