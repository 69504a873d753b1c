package dev.capsa.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** Objects of a kept state in a map; what was freed cannot be read, nor freed again. */
final class MapObjects implements StateObjects {
  final Map<Long, byte[]> stored = new HashMap<>();
  long reads;
  long writes;
  private long next = 1;

  @Override
  public ByteBuffer read(ObjectPointer pointer) {
    reads++;
    return ByteBuffer.wrap(found(stored.get(pointer.id()), pointer)).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public ObjectPointer put(ByteBuffer content) {
    writes++;
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    ObjectId id = ObjectId.of(ObjectId.GRAINS, 1, (int) (next >>> 16), (int) next & 0xffff);
    next++;
    stored.put(id.value(), bytes);
    return new ObjectPointer(id.value(), 1, bytes.length, 0);
  }

  @Override
  public void free(ObjectPointer pointer) {
    found(stored.remove(pointer.id()), pointer);
  }

  private static byte[] found(byte[] bytes, ObjectPointer pointer) {
    if (bytes == null) {
      throw new AssertionError(pointer + " was freed");
    }
    return bytes;
  }
}
