package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index of container state: a B+tree of small objects (docs/FORMAT.md, "State indexes"), of kept
 * revisions or of share counts. Nodes are read when they are needed, changed in memory, and written
 * by {@link #write}, each changed one once. A node that gets too long becomes two; a short one goes
 * into its neighbour.
 *
 * <p>Confined to one thread. For reading, or for one batch.
 */
final class StateIndex {
  private static final int ITEM_BYTES = 4;

  private final StateObjects objects;
  private final int magic;
  private Link stored;
  private @Nullable Node root;

  /** An item: a value, or a node below. */
  static final class Item {
    byte[] key;
    final byte[] value;
    private Link link = Link.NONE;
    private @Nullable Node node;

    Item(byte[] key, byte[] value) {
      this.key = key;
      this.value = value;
    }

    private static Item below(byte[] key, Link link) {
      Item item = new Item(key, new byte[LinkLayout.LINK_BYTES]);
      item.link = link;
      link.encode(ByteBuffer.wrap(item.value).order(ByteOrder.LITTLE_ENDIAN));
      return item;
    }

    private int bytes() {
      return ITEM_BYTES + key.length + value.length;
    }
  }

  private static final class Node {
    final int level;
    List<Item> items = new ArrayList<>();
    boolean changed;

    Node(int level) {
      this.level = level;
    }

    int bytes() {
      return IndexLayout.HEADER_BYTES + items.stream().mapToInt(Item::bytes).sum();
    }

    /** The last item whose key is at or below a key; −1 if there is none. */
    int floor(byte[] key) {
      int low = 0;
      int high = items.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (Arrays.compareUnsigned(items.get(middle).key, key) <= 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low - 1;
    }
  }

  /** Takes the objects that the index consists of. */
  interface Visitor {
    /** An object that is read next. */
    void node(Link link);

    /** An item of a leaf. */
    void item(byte[] key, byte[] value);

    /** What lies below an object cannot be read. */
    void fault(Link link, IOException cause);
  }

  /**
   * An index.
   *
   * @param magic of its nodes: {@link IndexLayout#KEPT_MAGIC} or {@link IndexLayout#SHARE_MAGIC}
   */
  StateIndex(StateObjects objects, int magic, Link root) {
    this.objects = objects;
    this.magic = magic;
    this.stored = root;
  }

  /** Whether it has no item. */
  boolean isEmpty() throws IOException {
    Node top = root();
    return top == null || top.items.isEmpty();
  }

  /** The value of a key, or null. */
  byte @Nullable [] get(byte[] key) throws IOException {
    Item found = floor(key);
    return found != null && Arrays.equals(found.key, key) ? found.value : null;
  }

  /** The item with the greatest key at or below one, or null. */
  @Nullable Item floor(byte[] key) throws IOException {
    Node top = root();
    return top == null ? null : floor(top, key);
  }

  private @Nullable Item floor(Node node, byte[] key) throws IOException {
    for (int i = node.floor(key); i >= 0; i--) {
      Item item = node.items.get(i);
      Item found = node.level == 0 ? item : floor(below(node, item), key);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The item with the least key at or above one, or null. */
  @Nullable Item ceiling(byte[] key) throws IOException {
    Node top = root();
    return top == null ? null : ceiling(top, key);
  }

  private @Nullable Item ceiling(Node node, byte[] key) throws IOException {
    for (int i = Math.max(0, node.floor(key)); i < node.items.size(); i++) {
      Item item = node.items.get(i);
      if (node.level > 0) {
        Item found = ceiling(below(node, item), key);
        if (found != null) {
          return found;
        }
      } else if (Arrays.compareUnsigned(item.key, key) >= 0) {
        return item;
      }
    }
    return null;
  }

  /** Sets the value of a key. */
  void put(byte[] key, byte[] value) throws IOException {
    Node node = root();
    if (node == null) {
      node = new Node(0);
      root = node;
    }
    while (node.level > 0) {
      node.changed = true;
      Item item = node.items.get(Math.max(0, node.floor(key)));
      Node next = below(node, item);
      if (Arrays.compareUnsigned(key, item.key) < 0) {
        item.key = key;
      }
      node = next;
    }
    node.changed = true;
    int at = node.floor(key);
    Item made = new Item(key, value);
    if (at >= 0 && Arrays.equals(node.items.get(at).key, key)) {
      node.items.set(at, made);
    } else {
      node.items.add(at + 1, made);
    }
  }

  /** Removes a key, if it is there. */
  void remove(byte[] key) throws IOException {
    if (get(key) == null) {
      return;
    }
    Node node = root();
    while (node != null) {
      node.changed = true;
      int at = node.floor(key);
      if (node.level == 0) {
        node.items.remove(at);
        return;
      }
      node = below(node, node.items.get(at));
    }
  }

  /** Writes what was changed; where the root is now. */
  Link write() throws IOException {
    Node top = root;
    if (top == null || !top.changed) {
      return stored;
    }
    free(stored);
    stored = Link.NONE;
    writeBelow(top);
    if (top.level > 0 && top.items.size() == 1) {
      root = null;
      stored = top.items.get(0).link;
      return stored;
    }
    List<Item> written = writeNode(top);
    while (written.size() > 1) {
      Node above = new Node(top.level + 1);
      above.items = written;
      top = above;
      written = writeNode(top);
    }
    root = null;
    stored = written.isEmpty() ? Link.NONE : written.get(0).link;
    return stored;
  }

  /** Hands every object and item to a visitor, in ascending order. */
  void visit(Visitor visitor) {
    if (!stored.isNone()) {
      visit(stored, visitor);
    }
  }

  private void visit(Link link, Visitor visitor) {
    visitor.node(link);
    Node node;
    try {
      node = read(link);
    } catch (IOException e) {
      visitor.fault(link, e);
      return;
    }
    for (Item item : node.items) {
      if (node.level == 0) {
        visitor.item(item.key, item.value);
      } else {
        visit(item.link, visitor);
      }
    }
  }

  private @Nullable Node root() throws IOException {
    if (root == null && !stored.isNone()) {
      root = read(stored);
    }
    return root;
  }

  private Node below(Node above, Item item) throws IOException {
    Node node = item.node;
    if (node == null) {
      node = read(item.link);
      if (node.level != above.level - 1) {
        throw new CapsaCorruptException("index node of the wrong level at " + item.link);
      }
      item.node = node;
    }
    return node;
  }

  private void free(Link link) throws IOException {
    if (!link.isNone()) {
      objects.free(link.pointer());
    }
  }

  /** Replaces changed nodes below by what is written of them. */
  private void writeBelow(Node node) throws IOException {
    if (node.level == 0) {
      return;
    }
    joinShort(node);
    List<Item> items = new ArrayList<>();
    for (Item item : node.items) {
      Node below = item.node;
      if (below == null || !below.changed) {
        items.add(item);
      } else {
        free(item.link);
        writeBelow(below);
        items.addAll(writeNode(below));
      }
    }
    node.items = items;
  }

  /** Puts the items of changed nodes that are short into a neighbour. */
  private void joinShort(Node node) throws IOException {
    for (int i = 0; i < node.items.size() && node.items.size() > 1; i++) {
      Node below = node.items.get(i).node;
      if (below != null && below.changed && below.bytes() < IndexLayout.MOST_BYTES / 4) {
        int at = Math.max(0, i - 1);
        Item gone = node.items.remove(at + 1);
        Node right = below(node, gone);
        Node left = below(node, node.items.get(at));
        free(gone.link);
        left.changed = true;
        left.items.addAll(right.items);
        i = at;
      }
    }
  }

  /** Writes a node as one or more of about the same length; the items that lead to them. */
  private List<Item> writeNode(Node node) throws IOException {
    List<Item> written = new ArrayList<>();
    int bytes = node.bytes();
    int pieces = (bytes + IndexLayout.MOST_BYTES - 1) / IndexLayout.MOST_BYTES;
    int wanted = pieces <= 1 ? IndexLayout.MOST_BYTES : bytes / pieces;
    int from = 0;
    while (from < node.items.size()) {
      int to = from;
      int length = IndexLayout.HEADER_BYTES;
      while (to < node.items.size()
          && (to == from || length < wanted)
          && length + node.items.get(to).bytes() <= IndexLayout.MOST_BYTES) {
        length += node.items.get(to++).bytes();
      }
      written.add(writePiece(node.level, node.items.subList(from, to), length));
      from = to;
    }
    return written;
  }

  private Item writePiece(int level, List<Item> items, int length) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(magic).putShort((short) level).putShort((short) items.size());
    for (Item item : items) {
      out.putShort((short) item.key.length).putShort((short) item.value.length);
      out.put(item.key).put(item.value);
    }
    ObjectPointer pointer = objects.put(out.flip());
    return Item.below(items.get(0).key, new Link(pointer, level + 1, 0));
  }

  private Node read(Link link) throws IOException {
    ByteBuffer in = objects.read(link.pointer());
    try {
      int found = in.getInt();
      Node node = new Node(in.getShort());
      int count = in.getShort();
      if (found != magic || node.level + 1 != link.rank() || count < 1) {
        throw new CapsaCorruptException("no node of the index at " + link);
      }
      byte[] before = new byte[0];
      for (int i = 0; i < count; i++) {
        byte[] key = new byte[in.getShort()];
        byte[] value = new byte[in.getShort()];
        in.get(key).get(value);
        if (Arrays.compareUnsigned(before, key) >= 0) {
          throw new CapsaCorruptException("keys out of order in the index node at " + link);
        }
        before = key;
        node.items.add(node.level == 0 ? new Item(key, value) : below(key, value));
      }
      if (in.hasRemaining()) {
        throw new CapsaCorruptException("index node with more than its items at " + link);
      }
      return node;
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new CapsaCorruptException("an index node ends early at " + link, e);
    }
  }

  private static Item below(byte[] key, byte[] value) throws CapsaCorruptException {
    return Item.below(key, Link.decode(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN)));
  }
}
