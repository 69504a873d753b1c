package dev.capsa.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes, numbers and composites as objects of a {@link Store}. Numbers are little-endian. What
 * fails to be written leaves no object behind.
 */
public final class StoredValues {
  private StoredValues() {}

  /** A value that consists of several objects, which may hold each other's ids. */
  public interface Composite {
    /** Bytes of each part; at least one part. The first one stands for the whole. */
    int[] partSizes();

    /**
     * The content of each part, of just the size that {@link #partSizes} says.
     *
     * @param ids of the parts, in the same order
     */
    List<ByteBuffer> parts(List<ObjectId> ids);
  }

  /** Makes an object of these bytes. */
  public static ObjectId put(Store store, byte[] bytes) throws IOException {
    return putRemaining(store, ByteBuffer.wrap(bytes));
  }

  /**
   * Makes an object of a value.
   *
   * @param value a Byte, Short, Integer, Long, a {@code byte[]}, a String (as UTF-8), or a {@link
   *     Composite}
   * @throws IllegalArgumentException if it is of another type
   */
  public static ObjectId put(Store store, Object value) throws IOException {
    if (value instanceof byte[] bytes) {
      return put(store, bytes);
    } else if (value instanceof String text) {
      return put(store, text.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof Byte number) {
      return put(store, new byte[] {number});
    } else if (value instanceof Short number) {
      return putRemaining(store, number(2).putShort(number).flip());
    } else if (value instanceof Integer number) {
      return putRemaining(store, number(4).putInt(number).flip());
    } else if (value instanceof Long number) {
      return putRemaining(store, number(8).putLong(number).flip());
    } else if (value instanceof Composite composite) {
      return putComposite(store, composite);
    }
    throw new IllegalArgumentException("cannot store a " + value.getClass().getName());
  }

  private static ByteBuffer number(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ObjectId putRemaining(Store store, ByteBuffer content) throws IOException {
    ObjectId id = store.newObject(content.remaining());
    boolean done = false;
    try {
      write(store, id, content);
      done = true;
      return id;
    } finally {
      if (!done) {
        store.delete(id);
      }
    }
  }

  /** Replaces the first bytes of an object, or all. */
  public static void write(Store store, ObjectId id, ByteBuffer content) throws IOException {
    SectionWriter writer = store.openWriter(id);
    boolean done = false;
    try {
      writer.write(content);
      done = true;
    } finally {
      if (!done) {
        writer.abandon();
      }
    }
    writer.close();
  }

  private static ObjectId putComposite(Store store, Composite composite) throws IOException {
    List<ObjectId> ids = new ArrayList<>();
    boolean done = false;
    try {
      for (int size : composite.partSizes()) {
        ids.add(store.newObject(size));
      }
      List<ByteBuffer> parts = composite.parts(List.copyOf(ids));
      if (parts.size() != ids.size() || ids.isEmpty()) {
        throw new IllegalArgumentException(
            "a composite of " + ids.size() + " sizes and " + parts.size() + " parts");
      }
      for (int i = 0; i < ids.size(); i++) {
        write(store, ids.get(i), parts.get(i));
      }
      done = true;
      return ids.get(0);
    } finally {
      if (!done) {
        for (ObjectId id : ids) {
          store.delete(id);
        }
      }
    }
  }

  /** All bytes of an object. */
  public static byte[] bytes(Store store, ObjectId id) throws IOException {
    try (SectionReader reader = store.openReader(id)) {
      return reader.readAll();
    }
  }

  /** An object as text in UTF-8. */
  public static String text(Store store, ObjectId id) throws IOException {
    return new String(bytes(store, id), StandardCharsets.UTF_8);
  }

  /**
   * An object's first 8 bytes.
   *
   * @throws EOFException if it has fewer
   */
  public static long int64(Store store, ObjectId id) throws IOException {
    return first(store, id, 8).getLong();
  }

  /** An object's first 4 bytes; else as {@link #int64}. */
  public static int int32(Store store, ObjectId id) throws IOException {
    return first(store, id, 4).getInt();
  }

  /** An object's first 4 bytes, 0 to 4,294,967,295; else as {@link #int64}. */
  public static long unsigned32(Store store, ObjectId id) throws IOException {
    return Integer.toUnsignedLong(int32(store, id));
  }

  /** An object's first 2 bytes; else as {@link #int64}. */
  public static short int16(Store store, ObjectId id) throws IOException {
    return first(store, id, 2).getShort();
  }

  /** An object's first 2 bytes, 0 to 65,535; else as {@link #int64}. */
  public static int unsigned16(Store store, ObjectId id) throws IOException {
    return Short.toUnsignedInt(int16(store, id));
  }

  /** An object's first byte; else as {@link #int64}. */
  public static byte int8(Store store, ObjectId id) throws IOException {
    return first(store, id, 1).get();
  }

  /** An object's first byte, 0 to 255; else as {@link #int64}. */
  public static int unsigned8(Store store, ObjectId id) throws IOException {
    return Byte.toUnsignedInt(int8(store, id));
  }

  private static ByteBuffer first(Store store, ObjectId id, int bytes) throws IOException {
    try (SectionReader reader = store.openReader(id)) {
      ByteBuffer number = number(bytes);
      reader.readAt(0, number);
      return number.flip();
    }
  }
}
