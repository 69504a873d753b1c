package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import dev.capsa.tree.ItemKey;

/** The value of an ENTRY item: the inode number times 4 plus the kind, as one varint. */
final class EntryCodec {
  private static final FileKind[] KINDS = FileKind.values();

  private EntryCodec() {}

  static byte[] encode(long inode, FileKind kind) {
    return new ByteWriter().varint(inode << 2 | kind.ordinal()).toArray();
  }

  /** The inode alone, to go through many. */
  static long inode(byte[] value) throws CapsaCorruptException {
    return new ByteReader(value).varint() >>> 2;
  }

  static Entry decode(byte[] key, byte[] value) throws CapsaCorruptException {
    return decode(ItemKey.inode(key), ItemKey.tail(key), value);
  }

  static Entry decode(long directory, byte[] name, byte[] value) throws CapsaCorruptException {
    ByteReader reader = new ByteReader(value);
    long both = reader.varint();
    reader.end();
    int kind = (int) (both & 3);
    if (kind >= KINDS.length || both < 0) {
      throw new CapsaCorruptException(
          "entry '" + Names.text(name) + "' of inode " + directory + " has the value " + both);
    }
    return new Entry(name, both >>> 2, KINDS[kind]);
  }
}
