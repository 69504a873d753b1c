package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What the index says of a kept revision, and its keys (docs/FORMAT.md, "Revision index" and
 * "Revision entries").
 *
 * @param timeNanos of the commit, since 1970
 * @param heap its dead list; none of the newest kept revision
 * @param root the upper layers' root
 * @param name in UTF-8; empty for sequence 0
 */
record KeptEntry(long timeNanos, Link heap, byte[] root, byte[] name) {
  /** Most bytes of a name. */
  static final int MOST_NAME_BYTES = 255;

  static final byte REVISION = 1;
  static final byte NAME = 2;
  static final byte PENDING = 3;

  /** What holds the garbage that no revision is before. */
  static final KeptEntry NOBODY = new KeptEntry(0, Link.NONE, new byte[0], new byte[0]);

  static byte[] key(byte kind, long sequence) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(kind).putLong(sequence).array();
  }

  /** The sequence in a key of a revision, or of what is pending. */
  static long sequence(byte[] key) throws CapsaCorruptException {
    if (key.length != 1 + Long.BYTES) {
      throw new CapsaCorruptException("a key of " + key.length + " bytes in the revision index");
    }
    return ByteBuffer.wrap(key).getLong(1);
  }

  static byte[] nameKey(byte[] name) {
    return ByteBuffer.allocate(1 + name.length).put(NAME).put(name).array();
  }

  /**
   * The bytes of a name. It may begin with a NUL: {@link KeptRevision#automaticName}.
   *
   * @throws IllegalArgumentException if no revision can have it
   */
  static byte[] nameBytes(String name) {
    ByteBuffer encoded;
    try {
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a name with half a character: " + name, e);
    }
    if (encoded.remaining() < 1 || encoded.remaining() > MOST_NAME_BYTES) {
      throw new IllegalArgumentException(
          "a name of "
              + encoded.remaining()
              + " bytes in UTF-8, expected 1 to "
              + MOST_NAME_BYTES
              + ": "
              + name);
    }
    if (name.indexOf('\0', 1) >= 0) {
      throw new IllegalArgumentException("a name with a NUL: " + name);
    }
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  KeptEntry withHeap(Link newHeap) {
    return new KeptEntry(timeNanos, newHeap, root, name);
  }

  KeptRevision revision(long sequence) {
    return new KeptRevision(
        new String(name, StandardCharsets.UTF_8), sequence, timeNanos, root.clone());
  }

  byte[] encode() {
    int bytes = KeptEntryLayout.HEADER_BYTES + root.length + name.length;
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(timeNanos).putInt(0);
    out.putShort((short) root.length).putShort((short) name.length);
    heap.encode(out);
    return out.put(root).put(name).array();
  }

  static KeptEntry decode(byte[] value) throws CapsaCorruptException {
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    try {
      long time = in.getLong();
      int flags = in.getInt();
      int rootLength = in.getShort();
      int nameLength = in.getShort();
      Link heap = Link.decode(in);
      if (flags != 0
          || rootLength < 0
          || rootLength > CommitRecord.MOST_ROOT_BYTES
          || nameLength < 0
          || nameLength > MOST_NAME_BYTES
          || in.remaining() != rootLength + nameLength) {
        throw new CapsaCorruptException("an entry of a kept revision that contradicts itself");
      }
      KeptEntry entry = new KeptEntry(time, heap, new byte[rootLength], new byte[nameLength]);
      in.get(entry.root).get(entry.name);
      return entry;
    } catch (BufferUnderflowException e) {
      throw new CapsaCorruptException("an entry of a kept revision ends early", e);
    }
  }
}
