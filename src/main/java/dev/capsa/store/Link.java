package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.nio.ByteBuffer;

/**
 * Where an object of the kept state is, and what its reader wants to know without reading it.
 *
 * @param pointer the object; of id 0: none
 * @param rank of the heap there, or levels of the index; 0: none
 * @param highest birth in the heap there
 */
record Link(ObjectPointer pointer, int rank, long highest) {
  /** Leads nowhere. */
  static final Link NONE = new Link(new ObjectPointer(0, 0, 0, 0), 0, 0);

  boolean isNone() {
    return pointer.id() == 0;
  }

  void encode(ByteBuffer out) {
    out.putLong(pointer.id()).putLong(pointer.birth()).putLong(pointer.checksum());
    out.putInt(pointer.length()).putInt(rank).putLong(highest);
  }

  static Link decode(ByteBuffer in) throws CapsaCorruptException {
    long id = in.getLong();
    long birth = in.getLong();
    long checksum = in.getLong();
    Link link =
        new Link(new ObjectPointer(id, birth, in.getInt(), checksum), in.getInt(), in.getLong());
    if (link.isNone() ? !link.equals(NONE) : !link.isSound()) {
      throw new CapsaCorruptException(link + " is no link of the kept state");
    }
    return link;
  }

  private boolean isSound() {
    return pointer.length() > 0
        && pointer.length() <= IndexLayout.MOST_BYTES
        && rank > 0
        && highest >= 0
        && new ObjectId(pointer.id()).kind() == ObjectId.GRAINS;
  }
}
