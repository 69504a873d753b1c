package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFormatException;
import dev.capsa.tree.TreeRoot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a commit's root slot holds of the upper layers (docs/FORMAT.md, "Root").
 *
 * @param tree the catalog
 * @param nodes number of the catalog's nodes
 * @param nextInode the least inode number that was never handed out
 */
public record RootRecord(TreeRoot tree, long nodes, long nextInode) {
  static final int VERSION = 1;

  static final int ROOT_VERSION = 0;
  static final int ROOT_RESERVED = ROOT_VERSION + 1;
  static final int ROOT_NEXT_INODE = ROOT_RESERVED + 7;
  static final int ROOT_NODES = ROOT_NEXT_INODE + 8;
  static final int ROOT_TREE = ROOT_NODES + 8;
  static final int BYTES = ROOT_TREE + TreeRoot.BYTES;

  /** Number 1 is the root directory's. */
  static final long FIRST_INODE = 2;

  /** What an empty root, that of a new container, stands for. */
  static final RootRecord NEW = new RootRecord(TreeRoot.EMPTY, 0, FIRST_INODE);

  /** The encoded form. */
  byte[] encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(ROOT_VERSION, (byte) VERSION);
    bytes.putLong(ROOT_NEXT_INODE, nextInode);
    bytes.putLong(ROOT_NODES, nodes);
    tree.encode(bytes.array(), ROOT_TREE);
    return bytes.array();
  }

  /**
   * The record of a root.
   *
   * @throws CapsaFormatException if a newer version wrote it
   * @throws CapsaCorruptException if it is no root
   */
  public static RootRecord decode(byte[] root) throws CapsaCorruptException, CapsaFormatException {
    if (root.length == 0) {
      return NEW;
    }
    if (root[ROOT_VERSION] != VERSION) {
      throw new CapsaFormatException(
          "the root has version " + root[ROOT_VERSION] + "; supported is " + VERSION);
    }
    if (root.length != BYTES) {
      throw new CapsaCorruptException("a root of " + root.length + " bytes; expected " + BYTES);
    }
    ByteBuffer bytes = ByteBuffer.wrap(root).order(ByteOrder.LITTLE_ENDIAN);
    long nextInode = bytes.getLong(ROOT_NEXT_INODE);
    long nodes = bytes.getLong(ROOT_NODES);
    if (nextInode < FIRST_INODE || nodes < 0) {
      throw new CapsaCorruptException(
          "the root says " + nodes + " nodes, and " + nextInode + " as the next inode number");
    }
    return new RootRecord(TreeRoot.decode(root, ROOT_TREE), nodes, nextInode);
  }
}
