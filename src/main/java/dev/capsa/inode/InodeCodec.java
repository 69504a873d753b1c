package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import org.jspecify.annotations.Nullable;

/**
 * The value of an INODE item; docs/FORMAT.md has its layout. A file that was written soon after it
 * was made takes about 17 bytes: what is usual is left out, and the flags say so.
 */
final class InodeCodec {
  private static final int KIND_MASK = 0x03;
  private static final int LINKS = 0x04;
  private static final int MODIFIED = 0x08;
  private static final int ACCESSED = 0x10;
  private static final int CHANGED = 0x20;
  private static final int SIZE = 0x40;
  private static final int UNKNOWN = 0x80;

  private static final FileKind[] KINDS = FileKind.values();

  private InodeCodec() {}

  /** The value for an inode, whose mode, owner and group the profile has. */
  static byte[] encode(Inode inode, long profile) {
    int flags =
        inode.kind().ordinal()
            | (inode.links() != 1 ? LINKS : 0)
            | (inode.modifiedNanos() != inode.createdNanos() ? MODIFIED : 0)
            | (inode.accessedNanos() != inode.createdNanos() ? ACCESSED : 0)
            | (inode.changedNanos() != inode.modifiedNanos() ? CHANGED : 0)
            | (inode.kind() == FileKind.FILE && inode.size() != 0 ? SIZE : 0);
    ByteWriter writer =
        new ByteWriter()
            .put(flags)
            .varint(profile)
            .signed(inode.number() - inode.parent())
            .fixed(inode.createdNanos());
    if ((flags & LINKS) != 0) {
      writer.varint(inode.links());
    }
    if ((flags & MODIFIED) != 0) {
      writer.signed(inode.modifiedNanos() - inode.createdNanos());
    }
    if ((flags & ACCESSED) != 0) {
      writer.signed(inode.accessedNanos() - inode.createdNanos());
    }
    if ((flags & CHANGED) != 0) {
      writer.signed(inode.changedNanos() - inode.modifiedNanos());
    }
    if ((flags & SIZE) != 0) {
      writer.varint(inode.size());
    }
    byte[] target = inode.target();
    return (target == null ? writer : writer.raw(target)).toArray();
  }

  /** The value for an inode that has lost all its names, and else stays as it is. */
  static byte[] withoutNames(Fields fields) {
    Profile any = new Profile(0, "", "");
    return encode(fields.with(any).renamed(0, fields.parent(), fields.changed()), fields.profile());
  }

  /** A value read into its fields, before the profile is looked up. */
  static Fields decode(long number, byte[] value) throws CapsaCorruptException {
    ByteReader reader = new ByteReader(value);
    int flags = reader.get();
    int kind = flags & KIND_MASK;
    if ((flags & UNKNOWN) != 0 || kind >= KINDS.length) {
      throw new CapsaCorruptException("inode " + number + " with flags " + flags);
    }
    long profile = reader.varint();
    long parent = number - reader.signed();
    long created = reader.fixed();
    long links = (flags & LINKS) == 0 ? 1 : reader.varint();
    long modified = (flags & MODIFIED) == 0 ? created : created + reader.signed();
    long accessed = (flags & ACCESSED) == 0 ? created : created + reader.signed();
    long changed = (flags & CHANGED) == 0 ? modified : modified + reader.signed();
    long size = (flags & SIZE) == 0 ? 0 : reader.varint();
    if (links < 0 || links > Integer.MAX_VALUE || size < 0 || size > FileTree.MAX_FILE_BYTES) {
      throw new CapsaCorruptException(
          "inode " + number + " with " + links + " links and " + size + " bytes");
    }
    byte[] target = null;
    if (KINDS[kind] == FileKind.LINK) {
      target = reader.rest();
      size = target.length;
    }
    reader.end();
    return new Fields(
        number,
        KINDS[kind],
        profile,
        parent,
        (int) links,
        size,
        created,
        modified,
        accessed,
        changed,
        target);
  }

  /** An inode whose profile is a number still. */
  record Fields(
      long number,
      FileKind kind,
      long profile,
      long parent,
      int links,
      long size,
      long created,
      long modified,
      long accessed,
      long changed,
      byte @Nullable [] target) {

    /** The inode with the profile's mode, owner and group. */
    Inode with(Profile common) {
      return new Inode(
          number,
          kind,
          common.mode(),
          common.owner(),
          common.group(),
          size,
          links,
          created,
          modified,
          accessed,
          changed,
          parent,
          target);
    }
  }
}
