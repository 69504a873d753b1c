package dev.capsa.block;

import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import org.jspecify.annotations.Nullable;

/** What a block store over a container works on: the catalog, the space, and one commit's batch. */
final class Binding {
  private final Items items;
  private final Space space;
  private final @Nullable ItemSession session;
  private final @Nullable Batch batch;

  /** For reading only. */
  Binding(Items items, Space space) {
    this.items = items;
    this.space = space;
    this.session = null;
    this.batch = null;
  }

  Binding(Items items, ItemSink sink, Space space, Batch batch) {
    this.session =
        items instanceof ItemSession both && both == sink ? both : new ItemSession(items, sink);
    this.items = session;
    this.space = space;
    this.batch = batch;
  }

  Items items() {
    return items;
  }

  Space space() {
    return space;
  }

  ItemSink sink() {
    return writable(session);
  }

  Batch batch() {
    return writable(batch);
  }

  private static <T> T writable(@Nullable T part) {
    if (part == null) {
      throw new UnsupportedOperationException("this store was bound for reading only");
    }
    return part;
  }
}
