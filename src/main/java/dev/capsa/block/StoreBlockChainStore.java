package dev.capsa.block;

import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BlockChainStore} over a container: one CHAIN item for each block of a chain, which holds
 * the pointer to an object with the block's bytes; a hole has no item. A block is written as a new
 * object, never over the old one, so a block's number here is a handle of this binding: {@link
 * #chain} and {@link #link} hand them out. Blocks that are allocated, written, and in no chain at
 * the commit would be lost space: free them.
 *
 * <p>Persistence, checksums and capacity are those of the space, and {@link Batch#commit} makes the
 * changes durable. If a method throws {@link IOException}, the batch is to be aborted. Confined to
 * one thread.
 */
public final class StoreBlockChainStore implements BlockChainStore {
  /** Bytes of a block. */
  public static final int BLOCK_BYTES = Space.MAX_OBJECT_BYTES;

  private record Link(long inode, long index) {}

  private static final class Block {
    /** Null: never written. */
    private @Nullable Reference reference;

    /** Null: in no chain. */
    private @Nullable Link link;
  }

  private final Binding binding;
  private final Map<Long, Block> blocks = new HashMap<>();
  private final Map<Link, Long> handles = new HashMap<>();
  private final Deque<Long> reusable = new ArrayDeque<>();
  private long nextHandle = 1;

  /** A store for one batch. */
  public StoreBlockChainStore(Items items, ItemSink sink, Space space, Batch batch) {
    this(new Binding(items, sink, space, batch));
  }

  StoreBlockChainStore(Binding binding) {
    this.binding = binding;
  }

  @Override
  public int blockSize() {
    return BLOCK_BYTES;
  }

  @Override
  public long allocate() {
    return handle(new Block());
  }

  private long handle(Block block) {
    long handle = reusable.isEmpty() ? nextHandle++ : reusable.pop();
    blocks.put(handle, block);
    return handle;
  }

  @Override
  public void free(long block) throws IOException {
    Block freed = blocks.get(block);
    if (freed == null) {
      return;
    }
    if (freed.link != null) {
      throw new IllegalStateException("block " + block + " is in a chain: " + freed.link);
    }
    if (freed.reference != null) {
      binding.batch().freeObject(freed.reference.pointer(), freed.reference.birth());
    }
    blocks.remove(block);
    reusable.push(block);
  }

  @Override
  public void read(long block, ByteBuffer destination) throws IOException {
    checkLength(destination);
    int end = destination.limit();
    Reference reference = allocated(block).reference;
    if (reference != null) {
      int stored = Math.min(reference.pointer().length(), BLOCK_BYTES);
      destination.limit(destination.position() + stored);
      binding.space().readObject(reference.pointer(), 0, destination);
      destination.limit(end);
    }
    Zeros.fillTo(destination, end);
  }

  @Override
  public void write(long block, ByteBuffer source) throws IOException {
    checkLength(source);
    writeStart(block, source);
  }

  /**
   * Writes the first bytes of a block, at least one; the rest reads as zeros and takes no space.
   */
  void writeStart(long block, ByteBuffer source) throws IOException {
    Block written = allocated(block);
    Reference old = written.reference;
    Batch batch = binding.batch();
    Reference reference = new Reference(batch.putObject(source), batch.sequence());
    written.reference = reference;
    if (written.link != null) {
      store(written.link, reference);
    }
    if (old != null) {
      batch.freeObject(old.pointer(), old.birth());
    }
  }

  /** Bytes that are stored of a block; the rest of it is zeros. */
  int storedBytes(long block) {
    Reference reference = allocated(block).reference;
    return reference == null ? 0 : reference.pointer().length();
  }

  @Override
  public long[] chain(long inode) throws IOException {
    ItemCursor cursor = cursorFrom(inode, 0);
    Map<Long, Long> found = new HashMap<>();
    long length = 0;
    while (cursor.next()) {
      long index = ItemKey.number(cursor.key());
      found.put(index, known(new Link(inode, index), cursor.value()));
      length = index + 1;
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "the chain of " + inode + " has " + length + " places: too many for one array");
    }
    long[] chain = new long[(int) length];
    for (Map.Entry<Long, Long> each : found.entrySet()) {
      chain[(int) (long) each.getKey()] = each.getValue();
    }
    return chain;
  }

  @Override
  public void setChain(long inode, long[] newBlocks) throws IOException {
    Set<Long> seen = new HashSet<>();
    for (long block : newBlocks) {
      Link link = block == 0 ? null : allocated(block).link;
      if (block != 0 && (!seen.add(block) || (link != null && link.inode() != inode))) {
        throw new IllegalArgumentException(
            "block " + block + " comes twice, or is in a chain: " + link);
      }
    }
    long[] old = chain(inode);
    for (int i = 0; i < old.length; i++) {
      unlink(old[i]);
      if (old[i] != 0 && (i >= newBlocks.length || newBlocks[i] == 0)) {
        binding.sink().remove(key(inode, i));
      }
    }
    for (int i = 0; i < newBlocks.length; i++) {
      put(new Link(inode, i), newBlocks[i]);
    }
  }

  @Override
  public long link(long inode, long index) throws IOException {
    Blocks.check(index, "index");
    Link link = new Link(inode, index);
    Long handle = handles.get(link);
    if (handle != null) {
      return handle;
    }
    byte[] value = binding.items().get(key(inode, index));
    return value == null ? 0 : known(link, value);
  }

  @Override
  public void setLink(long inode, long index, long block) throws IOException {
    long old = link(inode, index);
    if (old == block) {
      return;
    }
    if (block != 0 && allocated(block).link != null) {
      throw new IllegalArgumentException(
          "block " + block + " is in another place of a chain: " + allocated(block).link);
    }
    unlink(old);
    if (block == 0) {
      binding.sink().remove(key(inode, index));
    } else {
      put(new Link(inode, index), block);
    }
  }

  /** Makes holes of all blocks from one on, and frees them. */
  void clearFrom(long inode, long index) throws IOException {
    ItemCursor cursor = cursorFrom(inode, index);
    while (cursor.next()) {
      long at = ItemKey.number(cursor.key());
      long block = known(new Link(inode, at), cursor.value());
      setLink(inode, at, 0);
      free(block);
    }
  }

  private void put(Link link, long block) throws IOException {
    if (block == 0) {
      return;
    }
    if (allocated(block).reference == null) {
      writeStart(block, ByteBuffer.allocate(1));
    }
    Block linked = allocated(block);
    linked.link = link;
    handles.put(link, block);
    if (linked.reference != null) {
      store(link, linked.reference);
    }
  }

  private void unlink(long block) {
    if (block != 0) {
      Block unlinked = allocated(block);
      handles.remove(unlinked.link);
      unlinked.link = null;
    }
  }

  private void store(Link link, Reference reference) throws IOException {
    binding.sink().put(key(link.inode(), link.index()), ContentItems.encode(reference));
  }

  /** The handle of a block that an item names. */
  private long known(Link link, byte[] value) throws IOException {
    Long handle = handles.get(link);
    if (handle != null) {
      return handle;
    }
    Block block = new Block();
    block.reference = ContentItems.link(key(link.inode(), link.index()), value);
    block.link = link;
    long made = handle(block);
    handles.put(link, made);
    return made;
  }

  private ItemCursor cursorFrom(long inode, long index) throws IOException {
    return binding.items().cursor(key(inode, index), ItemKey.of(inode, (byte) (ItemKey.CHAIN + 1)));
  }

  static byte[] key(long inode, long index) {
    return ItemKey.of(inode, ItemKey.CHAIN, index);
  }

  private Block allocated(long block) {
    Block found = blocks.get(block);
    if (found == null) {
      throw new IllegalArgumentException("block " + block + " is not allocated");
    }
    return found;
  }

  private static void checkLength(ByteBuffer buffer) {
    if (buffer.remaining() != BLOCK_BYTES) {
      throw new IllegalArgumentException(
          "a buffer of " + buffer.remaining() + " bytes; a block has " + BLOCK_BYTES);
    }
  }
}
