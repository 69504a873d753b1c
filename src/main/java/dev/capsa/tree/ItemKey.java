package dev.capsa.tree;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of the catalog: inode (8 bytes, big-endian), kind (1 byte), and what the kind adds. All
 * items of an inode lie together, and in the order of the kinds.
 */
public final class ItemKey {
  /** Attributes of an inode. Nothing follows. */
  public static final byte INODE = 1;

  /** Where the content of a file is, or the content itself. Nothing follows. */
  public static final byte CONTENT = 2;

  /** An entry of a directory. The name follows, in UTF-8. */
  public static final byte ENTRY = 3;

  /** A further name of a file. The directory's inode (8 bytes) and the name follow. */
  public static final byte PARENT = 4;

  /** A part of a user attribute. Its name follows, in UTF-8, and the part's number (1 byte). */
  public static final byte ATTRIBUTE = 5;

  /** An extent. Its first logical block follows (8 bytes). */
  public static final byte EXTENT = 6;

  /** A link of a block chain. Its logical block follows (8 bytes). */
  public static final byte CHAIN = 7;

  /** An inode without a name, still open or not yet cleared; under inode 0. The inode follows. */
  public static final byte ORPHAN = 8;

  /** What many inodes have in common; under inode 0. Its number follows (8 bytes). */
  public static final byte PROFILE = 10;

  /** Which revisions are kept without being asked for; under inode 0. Nothing follows. */
  public static final byte RETENTION = 11;

  /** Bytes of inode and kind. */
  public static final int PREFIX_BYTES = 9;

  private ItemKey() {}

  /** The key without a tail. */
  public static byte[] of(long inode, byte kind) {
    return prefix(inode, kind, 0);
  }

  /** The key with a number as tail, so that keys order as the numbers do. */
  public static byte[] of(long inode, byte kind, long number) {
    byte[] key = prefix(inode, kind, 8);
    putLong(key, PREFIX_BYTES, number);
    return key;
  }

  /** The key with bytes as tail. */
  public static byte[] of(long inode, byte kind, byte[] tail) {
    byte[] key = prefix(inode, kind, tail.length);
    System.arraycopy(tail, 0, key, PREFIX_BYTES, tail.length);
    return key;
  }

  /** The inode of a key. */
  public static long inode(byte[] key) {
    return getLong(key, 0);
  }

  /** The kind of a key. */
  public static byte kind(byte[] key) {
    return key[8];
  }

  /** The number that ends a key. */
  public static long number(byte[] key) {
    return getLong(key, PREFIX_BYTES);
  }

  /** The bytes after inode and kind. */
  public static byte[] tail(byte[] key) {
    return Arrays.copyOfRange(key, PREFIX_BYTES, key.length);
  }

  /** The key as text, for messages. */
  public static String toString(byte[] key) {
    return inode(key) + "/" + kind(key) + "/" + new String(tail(key), StandardCharsets.UTF_8);
  }

  private static byte[] prefix(long inode, byte kind, int tailBytes) {
    byte[] key = new byte[PREFIX_BYTES + tailBytes];
    putLong(key, 0, inode);
    key[8] = kind;
    return key;
  }

  private static void putLong(byte[] bytes, int index, long value) {
    for (int i = 0; i < 8; i++) {
      bytes[index + i] = (byte) (value >>> (56 - 8 * i));
    }
  }

  private static long getLong(byte[] bytes, int index) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[index + i] & 0xff);
    }
    return value;
  }
}
