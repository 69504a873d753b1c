package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.BlockRun;
import dev.capsa.store.ObjectPointer;
import dev.capsa.tree.ItemKey;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The values of the items CONTENT, EXTENT and CHAIN, as docs/FORMAT.md, "Catalog items: content",
 * lays them out. A value that does not decode throws {@link CapsaCorruptException} that names its
 * key.
 */
final class ContentItems {
  static final byte INLINE = 1;
  static final byte OBJECT = 2;
  static final byte EXTENTS = 3;
  static final byte CHAIN = 4;

  /** No file has more blocks: its bytes are counted by a {@code long}. */
  private static final long MAX_BLOCKS = Long.MAX_VALUE / BlockRun.BLOCK_BYTES;

  private ContentItems() {}

  static byte[] encode(Content content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(32);
    if (content instanceof Content.Inline inline) {
      out.write(INLINE);
      putNumber(out, inline.size());
      ByteBuffer bytes = inline.bytes().duplicate();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      out.writeBytes(copy);
    } else if (content instanceof Content.InObject object) {
      out.write(OBJECT);
      putNumber(out, object.size());
      out.writeBytes(encode(object.reference()));
    } else {
      out.write(content instanceof Content.Extents ? EXTENTS : CHAIN);
      putNumber(out, content.size());
    }
    return out.toByteArray();
  }

  static Content content(byte[] key, byte[] value) throws CapsaCorruptException {
    ByteBuffer in = ByteBuffer.wrap(value);
    try {
      byte tag = in.get();
      long size = number(in);
      Content content;
      switch (tag) {
        case INLINE -> {
          content = new Content.Inline(size, in.slice());
          in.position(in.limit());
        }
        case OBJECT -> content = new Content.InObject(size, reference(in));
        case EXTENTS -> content = new Content.Extents(size);
        case CHAIN -> content = new Content.Chain(size);
        default -> throw new IllegalArgumentException("tag " + tag + "; known are 1 to 4");
      }
      return complete(content, in);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw corrupt("CONTENT", key, e);
    }
  }

  static byte[] encode(Extent extent) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(24);
    putNumber(out, extent.physical());
    putNumber(out, extent.length());
    putNumber(out, extent.birth());
    putNumber(out, extent.referenceBirth());
    return out.toByteArray();
  }

  static Extent extent(byte[] key, byte[] value) throws CapsaCorruptException {
    ByteBuffer in = ByteBuffer.wrap(value);
    try {
      long physical = number(in);
      long length = number(in);
      Extent extent = new Extent(ItemKey.number(key), physical, length, number(in), number(in));
      if (extent.logicalEnd() > MAX_BLOCKS) {
        throw new IllegalArgumentException("it ends at block " + extent.logicalEnd());
      }
      return complete(extent, in);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw corrupt("EXTENT", key, e);
    }
  }

  static byte[] encode(Reference reference) {
    ObjectPointer pointer = reference.pointer();
    ByteArrayOutputStream out = new ByteArrayOutputStream(32);
    out.writeBytes(
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(pointer.id())
            .putLong(pointer.checksum())
            .array());
    putNumber(out, pointer.birth());
    putNumber(out, pointer.length());
    putNumber(out, reference.birth());
    return out.toByteArray();
  }

  /** The value of a CHAIN item. */
  static Reference link(byte[] key, byte[] value) throws CapsaCorruptException {
    ByteBuffer in = ByteBuffer.wrap(value);
    try {
      return complete(reference(in), in);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw corrupt("CHAIN", key, e);
    }
  }

  private static Reference reference(ByteBuffer in) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    long id = in.getLong();
    long checksum = in.getLong();
    long birth = number(in);
    long length = number(in);
    if (length < 1 || length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("an object of " + length + " bytes");
    }
    return new Reference(new ObjectPointer(id, birth, (int) length, checksum), number(in));
  }

  /** A varint: seven bits a byte, the lowest first, the high bit set in all but the last. */
  private static void putNumber(ByteArrayOutputStream out, long number) {
    long left = number;
    while ((left & ~0x7fL) != 0) {
      out.write((int) (left | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static long number(ByteBuffer in) {
    long number = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte next = in.get();
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a number of more than 63 bits");
  }

  private static <T> T complete(T decoded, ByteBuffer in) {
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(in.remaining() + " bytes more than expected");
    }
    return decoded;
  }

  private static CapsaCorruptException corrupt(String kind, byte[] key, RuntimeException cause) {
    String reason = cause.getMessage() == null ? "it is cut off" : cause.getMessage();
    String where =
        "inode "
            + ItemKey.inode(key)
            + (key.length > ItemKey.PREFIX_BYTES ? ", block " + ItemKey.number(key) : "");
    return new CapsaCorruptException(
        "the " + kind + " item of " + where + " does not decode: " + reason, cause);
  }
}
