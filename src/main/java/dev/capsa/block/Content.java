package dev.capsa.block;

import java.nio.ByteBuffer;

/** What a CONTENT item says: the file's length, and where its bytes are. Immutable. */
sealed interface Content {
  /** Bytes of the file, holes counted. */
  long size();

  /** Whether the bytes have items of their own. */
  default boolean isLarge() {
    return this instanceof Extents || this instanceof Chain;
  }

  /**
   * The bytes are in the item; what follows them up to the size is a hole.
   *
   * @param bytes from position to limit; not to be changed, nor its position
   */
  record Inline(long size, ByteBuffer bytes) implements Content {}

  /** The bytes are one object; what follows them up to the size is a hole. */
  record InObject(long size, Reference reference) implements Content {}

  /** The bytes are in extents, each with an EXTENT item. */
  record Extents(long size) implements Content {}

  /** The bytes are in a block chain, each block with a CHAIN item. */
  record Chain(long size) implements Content {}
}
