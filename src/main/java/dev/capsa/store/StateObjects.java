package dev.capsa.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How the kept state is read, and, in a batch, written and freed. */
interface StateObjects {
  /** The bytes of an object of a committed state, checked; little-endian. */
  ByteBuffer read(ObjectPointer pointer) throws IOException;

  /** Writes an object. */
  ObjectPointer put(ByteBuffer content) throws IOException;

  /** Frees an object at the end of the commit, whatever is kept. */
  void free(ObjectPointer pointer) throws IOException;

  /** For reading alone. */
  static StateObjects of(Space space) {
    return new StateObjects() {
      @Override
      public ByteBuffer read(ObjectPointer pointer) throws IOException {
        return readFrom(space, pointer);
      }

      @Override
      public ObjectPointer put(ByteBuffer content) {
        throw new IllegalStateException("read only");
      }

      @Override
      public void free(ObjectPointer pointer) {
        throw new IllegalStateException("read only");
      }
    };
  }

  /** The bytes of an object. */
  static ByteBuffer readFrom(Space space, ObjectPointer pointer) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(pointer.length());
    space.readObject(pointer, 0, bytes);
    return bytes.flip().order(java.nio.ByteOrder.LITTLE_ENDIAN);
  }
}
