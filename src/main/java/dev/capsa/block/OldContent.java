package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.Batch;
import dev.capsa.store.ObjectPointer;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Content as an older state has it, item by item. Both states are kept while the batch is at work,
 * so nothing that either refers to can become free in it, and the order in which items come does
 * not matter. Confined to the thread of the batch.
 */
final class OldContent {
  private final ItemSink sink;
  private final Batch batch;

  OldContent(ItemSink sink, Batch batch) {
    this.sink = sink;
    this.batch = batch;
  }

  /** Puts one item as it was. */
  void revert(byte[] key, byte @Nullable [] now, byte @Nullable [] then) throws IOException {
    byte[] value =
        switch (ItemKey.kind(key)) {
          case ItemKey.CONTENT -> content(key, now, then);
          case ItemKey.EXTENT -> extent(key, now, then);
          case ItemKey.CHAIN -> link(key, now, then);
          default -> throw new IllegalArgumentException(ItemKey.toString(key) + " is no content");
        };
    if (value == null) {
      sink.remove(key);
    } else if (!Arrays.equals(value, now)) {
      sink.put(key, value);
    }
  }

  private byte @Nullable [] content(byte[] key, byte @Nullable [] now, byte @Nullable [] then)
      throws IOException {
    Content present = now == null ? null : ContentItems.content(key, now);
    Content past = then == null ? null : ContentItems.content(key, then);
    Reference held = present instanceof Content.InObject object ? object.reference() : null;
    Reference wanted = past instanceof Content.InObject object ? object.reference() : null;
    Reference reference = reference(held, wanted);
    return past == null || reference == null
        ? then
        : ContentItems.encode(new Content.InObject(past.size(), reference));
  }

  private byte @Nullable [] link(byte[] key, byte @Nullable [] now, byte @Nullable [] then)
      throws IOException {
    Reference held = now == null ? null : ContentItems.link(key, now);
    Reference wanted = then == null ? null : ContentItems.link(key, then);
    Reference reference = reference(held, wanted);
    return reference == null ? null : ContentItems.encode(reference);
  }

  /** The reference in place of one; null if there is none then. */
  private @Nullable Reference reference(@Nullable Reference held, @Nullable Reference wanted)
      throws IOException {
    if (held != null && wanted != null && held.pointer().equals(wanted.pointer())) {
      return held;
    }
    Reference shared = wanted == null ? null : share(wanted.pointer());
    if (held != null) {
      batch.freeObject(held.pointer(), held.birth());
    }
    return shared;
  }

  private Reference share(ObjectPointer pointer) throws IOException {
    if (!batch.shareObject(pointer)) {
      throw new CapsaCorruptException("a kept revision has " + pointer + ", which is free");
    }
    return new Reference(pointer, batch.sequence());
  }

  private byte @Nullable [] extent(byte[] key, byte @Nullable [] now, byte @Nullable [] then)
      throws IOException {
    Extent present = now == null ? null : ContentItems.extent(key, now);
    Extent past = then == null ? null : ContentItems.extent(key, then);
    if (present != null && past != null && isSame(present, past)) {
      return now;
    }
    Extent shared = past == null ? null : share(past);
    if (present != null) {
      batch.freeBlocks(present.physical(), present.length(), present.referenceBirth());
    }
    return shared == null ? null : ContentItems.encode(shared);
  }

  /** Whether two extents have the same blocks; when they got them does not matter. */
  private static boolean isSame(Extent one, Extent other) {
    return one.physical() == other.physical()
        && one.length() == other.length()
        && one.birth() == other.birth();
  }

  private Extent share(Extent past) throws IOException {
    if (!batch.shareBlocks(past.physical(), past.length())) {
      throw new CapsaCorruptException("a kept revision has " + past + ", whose blocks are free");
    }
    return new Extent(
        past.logical(), past.physical(), past.length(), past.birth(), batch.sequence());
  }
}
