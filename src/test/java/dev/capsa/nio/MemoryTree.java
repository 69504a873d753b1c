package dev.capsa.nio;

import dev.capsa.inode.AttributeChange;
import dev.capsa.inode.Entry;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeException;
import dev.capsa.inode.InodeException.Reason;
import dev.capsa.inode.NewFile;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file tree in memory under one lock: as plain as can be, to test the provider without the layers
 * below. It finds users that leave handles open.
 */
final class MemoryTree implements FileTree {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Node> nodes = new HashMap<>();
  private long lastNumber = ROOT;
  private long lastNanos;
  final AtomicInteger forces = new AtomicInteger();
  boolean closed;

  MemoryTree() {
    nodes.put(ROOT, new Node(ROOT, FileKind.DIRECTORY, new NewFile(0755, "root", "root"), ROOT));
  }

  private final class Node {
    final long number;
    final FileKind kind;
    final TreeMap<byte[], Long> entries = new TreeMap<>(Arrays::compareUnsigned);
    final TreeMap<byte[], byte[]> attributes = new TreeMap<>(Arrays::compareUnsigned);
    byte[] content = new byte[0];
    int size;
    int mode;
    String owner;
    String group;
    int links = 1;
    int handles;
    long parent;
    long created;
    long modified;
    long accessed;
    long changed;
    byte[] target;

    Node(long number, FileKind kind, NewFile how, long parent) {
      this.number = number;
      this.kind = kind;
      this.mode = how.mode();
      this.owner = how.owner();
      this.group = how.group();
      this.parent = parent;
      this.created = now();
      this.modified = created;
      this.accessed = created;
      this.changed = created;
    }

    void touch() {
      modified = now();
      changed = modified;
    }

    Inode inode() {
      long length = kind == FileKind.LINK ? target.length : size;
      return new Inode(
          number, kind, mode, owner, group, length, links, created, modified, accessed, changed,
          parent, target);
    }
  }

  private interface Body<T> {
    T run() throws InodeException;
  }

  private <T> T locked(Body<T> body) throws InodeException {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tree is closed");
      }
      return body.run();
    } finally {
      lock.unlock();
    }
  }

  private long now() {
    Instant now = Instant.now();
    lastNanos = Math.max(lastNanos + 1, now.getEpochSecond() * 1_000_000_000L + now.getNano());
    return lastNanos;
  }

  private static InodeException refuse(Reason reason) {
    return new InodeException(reason, reason.toString());
  }

  private Node node(long number) throws InodeException {
    Node node = nodes.get(number);
    if (node == null) {
      throw refuse(Reason.NO_SUCH_FILE);
    }
    return node;
  }

  private Node directory(long number) throws InodeException {
    Node node = node(number);
    if (node.kind != FileKind.DIRECTORY) {
      throw refuse(Reason.NOT_A_DIRECTORY);
    }
    return node;
  }

  @Override
  public Inode inode(long number) throws InodeException {
    return locked(() -> nodes.containsKey(number) ? nodes.get(number).inode() : null);
  }

  @Override
  public Entry lookup(long directory, byte[] name) throws InodeException {
    return locked(
        () -> {
          Long inode = directory(directory).entries.get(name);
          return inode == null ? null : new Entry(name, inode, nodes.get(inode).kind);
        });
  }

  @Override
  public List<Entry> list(long directory, byte[] after, int most) throws InodeException {
    return locked(
        () -> {
          List<Entry> list = new ArrayList<>();
          TreeMap<byte[], Long> entries = directory(directory).entries;
          for (var each : (after == null ? entries : entries.tailMap(after, false)).entrySet()) {
            if (list.size() == most) {
              break;
            }
            list.add(new Entry(each.getKey(), each.getValue(), nodes.get(each.getValue()).kind));
          }
          return list;
        });
  }

  private Node add(long directory, byte[] name, FileKind kind, NewFile how) throws InodeException {
    Node parent = directory(directory);
    if (parent.entries.containsKey(name)) {
      throw refuse(Reason.ALREADY_EXISTS);
    }
    Node node = new Node(++lastNumber, kind, how, directory);
    nodes.put(node.number, node);
    parent.entries.put(name, node.number);
    parent.touch();
    return node;
  }

  @Override
  public Inode createFile(long directory, byte[] name, NewFile how) throws InodeException {
    return locked(() -> add(directory, name, FileKind.FILE, how).inode());
  }

  @Override
  public Inode createDirectory(long directory, byte[] name, NewFile how) throws InodeException {
    return locked(() -> add(directory, name, FileKind.DIRECTORY, how).inode());
  }

  @Override
  public Inode createSymbolicLink(long directory, byte[] name, byte[] target, NewFile how)
      throws InodeException {
    return locked(
        () -> {
          Node link = add(directory, name, FileKind.LINK, how);
          link.target = target;
          return link.inode();
        });
  }

  @Override
  public void createLink(long directory, byte[] name, long inode) throws InodeException {
    locked(
        () -> {
          Node node = node(inode);
          Node parent = directory(directory);
          if (node.kind == FileKind.DIRECTORY) {
            throw refuse(Reason.IS_A_DIRECTORY);
          }
          if (parent.entries.putIfAbsent(name, inode) != null) {
            throw refuse(Reason.ALREADY_EXISTS);
          }
          node.links++;
          node.changed = now();
          parent.touch();
          return null;
        });
  }

  private void removeName(Node parent, byte[] name) throws InodeException {
    Long number = parent.entries.get(name);
    if (number == null) {
      throw refuse(Reason.NO_SUCH_FILE);
    }
    Node node = node(number);
    if (!node.entries.isEmpty()) {
      throw refuse(Reason.DIRECTORY_NOT_EMPTY);
    }
    parent.entries.remove(name);
    parent.touch();
    node.links--;
    node.changed = now();
    dropIfUnused(node);
  }

  private void dropIfUnused(Node node) {
    if (node.links == 0 && node.handles == 0) {
      nodes.remove(node.number);
    }
  }

  @Override
  public long remove(long directory, byte[] name) throws InodeException {
    return locked(
        () -> {
          Node parent = directory(directory);
          Long number = parent.entries.get(name);
          removeName(parent, name);
          return number;
        });
  }

  @Override
  public void rename(
      long sourceDirectory,
      byte[] sourceName,
      long targetDirectory,
      byte[] targetName,
      boolean replace)
      throws InodeException {
    locked(
        () -> {
          Node from = directory(sourceDirectory);
          Node to = directory(targetDirectory);
          Long number = from.entries.get(sourceName);
          if (number == null) {
            throw refuse(Reason.NO_SUCH_FILE);
          }
          for (long up = targetDirectory; up != ROOT; up = node(up).parent) {
            if (up == number) {
              throw refuse(Reason.INTO_ITSELF);
            }
          }
          Long old = to.entries.get(targetName);
          if (number.equals(old)) {
            return null;
          }
          if (old != null) {
            if (!replace) {
              throw refuse(Reason.ALREADY_EXISTS);
            }
            removeName(to, targetName);
          }
          from.entries.remove(sourceName);
          to.entries.put(targetName, number);
          node(number).parent = targetDirectory;
          node(number).changed = now();
          from.touch();
          to.touch();
          return null;
        });
  }

  @Override
  public Inode setAttributes(long inode, AttributeChange change) throws InodeException {
    return locked(
        () -> {
          Node node = node(inode);
          node.mode = change.mode() == null ? node.mode : change.mode();
          node.owner = change.owner() == null ? node.owner : change.owner();
          node.group = change.group() == null ? node.group : change.group();
          node.modified = change.modifiedNanos() == null ? node.modified : change.modifiedNanos();
          node.accessed = change.accessedNanos() == null ? node.accessed : change.accessedNanos();
          node.created = change.createdNanos() == null ? node.created : change.createdNanos();
          node.changed = now();
          return node.inode();
        });
  }

  @Override
  public List<byte[]> attributeNames(long inode) throws InodeException {
    return locked(() -> new ArrayList<>(node(inode).attributes.keySet()));
  }

  @Override
  public byte[] attribute(long inode, byte[] name) throws InodeException {
    return locked(() -> node(inode).attributes.get(name));
  }

  @Override
  public void setAttribute(long inode, byte[] name, byte[] value) throws InodeException {
    locked(
        () -> {
          if (value.length > 4096) {
            throw refuse(Reason.TOO_LARGE);
          }
          node(inode).changed = now();
          return node(inode).attributes.put(name, value);
        });
  }

  @Override
  public void removeAttribute(long inode, byte[] name) throws InodeException {
    locked(
        () -> {
          if (node(inode).attributes.remove(name) == null) {
            throw refuse(Reason.NO_SUCH_ATTRIBUTE);
          }
          return null;
        });
  }

  @Override
  public FileHandle open(long inode) throws InodeException {
    return locked(
        () -> {
          Node node = node(inode);
          node.handles++;
          return new Handle(node);
        });
  }

  @Override
  public long allocatedBytes(long inode) throws InodeException {
    return locked(() -> (long) node(inode).content.length);
  }

  @Override
  public void force() {
    forces.incrementAndGet();
  }

  @Override
  public void close() {
    if (nodes.values().stream().anyMatch(it -> it.handles > 0)) {
      throw new IllegalStateException("a handle is open");
    }
    closed = true;
  }

  private final class Handle implements FileHandle {
    private final Node node;
    private boolean open = true;

    Handle(Node node) {
      this.node = node;
    }

    private <T> T usable(Body<T> body) throws InodeException {
      return locked(
          () -> {
            if (!open) {
              throw new IllegalStateException("the handle is closed");
            }
            return body.run();
          });
    }

    @Override
    public long inode() {
      return node.number;
    }

    @Override
    public long size() throws InodeException {
      return usable(() -> (long) node.size);
    }

    @Override
    public int read(long position, ByteBuffer destination) throws InodeException {
      return usable(
          () -> {
            if (position >= node.size) {
              return -1;
            }
            int length = (int) Math.min(destination.remaining(), node.size - position);
            destination.put(node.content, (int) position, length);
            return length;
          });
    }

    @Override
    public int write(long position, ByteBuffer source) throws InodeException {
      return usable(
          () -> {
            int length = source.remaining();
            grow(Math.toIntExact(position + length));
            source.get(node.content, (int) position, length);
            node.touch();
            return length;
          });
    }

    private void grow(int size) {
      if (size > node.content.length) {
        node.content = Arrays.copyOf(node.content, Math.max(size, 2 * node.content.length));
      }
      node.size = Math.max(node.size, size);
    }

    @Override
    public long append(ByteBuffer source) throws InodeException {
      return usable(
          () -> {
            long at = node.size;
            write(at, source);
            return at;
          });
    }

    @Override
    public void truncate(long size) throws InodeException {
      usable(
          () -> {
            int newSize = Math.toIntExact(size);
            grow(newSize);
            Arrays.fill(node.content, newSize, node.content.length, (byte) 0);
            node.size = newSize;
            node.touch();
            return null;
          });
    }

    @Override
    public void force() {
      forces.incrementAndGet();
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (open) {
          open = false;
          node.handles--;
          dropIfUnused(node);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
