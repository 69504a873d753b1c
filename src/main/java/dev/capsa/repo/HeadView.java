package dev.capsa.repo;

import dev.capsa.block.ContentStore;
import dev.capsa.store.Pin;
import dev.capsa.tree.Item;
import dev.capsa.tree.ItemCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A head with the pin that keeps its root readable. */
final class HeadView implements View {
  private final Head head;
  private final ContentStore content;
  private final Pin pin;
  private final MergedItems items;

  /** The pin was taken while the head's root was the newest one, or before. */
  HeadView(Head head, ContentStore content, Pin pin) {
    this.head = head;
    this.content = content;
    this.pin = pin;
    Overlay frozen = head.frozen();
    this.items =
        new MergedItems(
            frozen == null
                ? List.of(head.active().items())
                : List.of(head.active().items(), frozen.items()),
            head.committed());
  }

  /** Whether it shows uncommitted content of a file. */
  boolean changes(long inode) {
    return head.changes(inode);
  }

  /** What it shows. */
  Head head() {
    return head;
  }

  @Override
  public byte @Nullable [] get(byte[] key) throws IOException {
    return items.get(key);
  }

  @Override
  public ItemCursor cursor(byte[] from, byte @Nullable [] to) throws IOException {
    return items.cursor(from, to);
  }

  @Override
  public @Nullable Item floor(byte[] key, byte[] lowest) throws IOException {
    return items.floor(key, lowest);
  }

  @Override
  public void read(long inode, long position, ByteBuffer destination) throws IOException {
    new PageReader(head, content, inode).read(position, destination);
  }

  @Override
  public void close() {
    pin.close();
  }
}
