package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A page of a dead list as it lies in the file (docs/FORMAT.md, "Dead pages").
 *
 * @param runs 1 to {@value DeadLayout#MOST_REFERENCES} references
 * @param left heap of pages below
 * @param right heap of pages below, of a rank that is not higher
 */
record DeadPage(DeadRuns runs, Link left, Link right) {
  ByteBuffer encode() {
    int bytes = DeadLayout.HEADER_BYTES + runs.size() * DeadLayout.REFERENCE_BYTES;
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(DeadLayout.MAGIC).putInt(runs.size());
    left.encode(out);
    right.encode(out);
    for (int i = 0; i < runs.size(); i++) {
      out.putLong(runs.birth(i)).putLong(runs.run(i));
    }
    return out.flip();
  }

  /**
   * Reads a page whose checksum was verified.
   *
   * @throws CapsaCorruptException if it is no page, or not as its link says
   */
  static DeadPage decode(ByteBuffer in, Link link) throws CapsaCorruptException {
    try {
      int magic = in.getInt();
      int count = in.getInt();
      Link left = Link.decode(in);
      Link right = Link.decode(in);
      if (magic != DeadLayout.MAGIC
          || count < 1
          || count > DeadLayout.MOST_REFERENCES
          || in.remaining() != count * DeadLayout.REFERENCE_BYTES) {
        throw new CapsaCorruptException("no page of a dead list at " + link);
      }
      DeadRuns runs = new DeadRuns(count);
      for (int i = 0; i < count; i++) {
        long birth = in.getLong();
        long run = in.getLong();
        if (birth < 1 || birth > link.highest()) {
          throw new CapsaCorruptException("a reference born in " + birth + " at " + link);
        }
        runs.append(birth, run);
      }
      DeadPage page = new DeadPage(runs, left, right);
      if (runs.highestBirth() != link.highest()
          || right.rank() + 1 != link.rank()
          || left.rank() < right.rank()
          || Math.max(left.highest(), right.highest()) > link.highest()) {
        throw new CapsaCorruptException(
            "a page of a dead list that is not as its link says: " + link);
      }
      return page;
    } catch (BufferUnderflowException e) {
      throw new CapsaCorruptException("a page of a dead list ends early: " + link, e);
    }
  }
}
