package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import java.nio.charset.StandardCharsets;

/**
 * What many inodes have in common, stored once.
 *
 * @param mode permission, set-id and sticky bits, 0–07777
 * @param owner name of the owner
 * @param group name of the group
 */
record Profile(int mode, String owner, String group) {
  /** Most bytes of the name of an owner or a group. */
  static final int MAX_PRINCIPAL_BYTES = 255;

  private static final int MODE_BITS = 07777;

  /**
   * Checks what a caller gave.
   *
   * @throws IllegalArgumentException if the mode has other bits
   * @throws InodeException NAME_TOO_LONG, for the name of the owner or the group
   */
  Profile checked() throws InodeException {
    if ((mode & ~MODE_BITS) != 0) {
      throw new IllegalArgumentException("mode 0" + Integer.toOctalString(mode) + " above 07777");
    }
    for (String name : new String[] {owner, group}) {
      if (name.getBytes(StandardCharsets.UTF_8).length > MAX_PRINCIPAL_BYTES) {
        throw new InodeException(
            InodeException.Reason.NAME_TOO_LONG,
            "owner or group of more than " + MAX_PRINCIPAL_BYTES + " bytes: " + name);
      }
    }
    return this;
  }

  byte[] encode() {
    byte[] first = owner.getBytes(StandardCharsets.UTF_8);
    byte[] second = group.getBytes(StandardCharsets.UTF_8);
    return new ByteWriter().varint(mode).varint(first.length).raw(first).raw(second).toArray();
  }

  static Profile decode(byte[] value) throws CapsaCorruptException {
    ByteReader reader = new ByteReader(value);
    long mode = reader.varint();
    if ((mode & ~MODE_BITS) != 0) {
      throw new CapsaCorruptException("a profile with mode " + mode + ", at most 4095 is possible");
    }
    long ownerBytes = reader.varint();
    if (ownerBytes > MAX_PRINCIPAL_BYTES) {
      throw new CapsaCorruptException("a profile with an owner of " + ownerBytes + " bytes");
    }
    String owner = new String(reader.raw((int) ownerBytes), StandardCharsets.UTF_8);
    return new Profile((int) mode, owner, new String(reader.rest(), StandardCharsets.UTF_8));
  }
}
