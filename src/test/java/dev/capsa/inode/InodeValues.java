package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;

/** Values and keys of items of inodes, so that a test can plant wrong ones. */
public final class InodeValues {
  private static final Profile ANY = new Profile(0, "", "");

  private InodeValues() {}

  /** The value of an inode with another number of links. */
  public static byte[] withLinks(long number, byte[] value, int links)
      throws CapsaCorruptException {
    InodeCodec.Fields of = InodeCodec.decode(number, value);
    Inode inode = of.with(ANY);
    return encode(of, inode.size(), links, inode.parent(), of.profile());
  }

  /** The value of an inode with another parent. */
  public static byte[] withParent(long number, byte[] value, long parent)
      throws CapsaCorruptException {
    InodeCodec.Fields of = InodeCodec.decode(number, value);
    return encode(of, of.size(), of.links(), parent, of.profile());
  }

  /** The value of an inode with another size. */
  public static byte[] withSize(long number, byte[] value, long size) throws CapsaCorruptException {
    InodeCodec.Fields of = InodeCodec.decode(number, value);
    return encode(of, size, of.links(), of.parent(), of.profile());
  }

  /** The value of an inode with another profile. */
  public static byte[] withProfile(long number, byte[] value, long profile)
      throws CapsaCorruptException {
    InodeCodec.Fields of = InodeCodec.decode(number, value);
    return encode(of, of.size(), of.links(), of.parent(), profile);
  }

  private static byte[] encode(
      InodeCodec.Fields of, long size, int links, long parent, long profile) {
    return InodeCodec.encode(
        new Inode(
            of.number(),
            of.kind(),
            0,
            "",
            "",
            size,
            links,
            of.created(),
            of.modified(),
            of.accessed(),
            of.changed(),
            parent,
            of.target()),
        profile);
  }

  /** The value of an entry. */
  public static byte[] entry(long inode, FileKind kind) {
    return EntryCodec.encode(inode, kind);
  }

  /** The key of a further name. */
  public static byte[] furtherName(long inode, long directory, byte[] name) {
    return Keys.parent(inode, directory, name);
  }

  /** The key of a part of a user attribute. */
  public static byte[] attribute(long inode, byte[] name, int part) {
    return Keys.attribute(inode, name, part);
  }
}
