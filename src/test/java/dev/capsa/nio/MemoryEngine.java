package dev.capsa.nio;

import dev.capsa.CapsaFormatException;
import dev.capsa.inode.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Engines over trees in memory. The container file holds the magic and a name; reopening finds the
 * same tree again, as long as the opener lives.
 */
final class MemoryEngine implements Engine {
  private final MemoryTree tree;
  private final UUID identity;
  private final boolean readOnly;
  private final AtomicInteger open;

  private MemoryEngine(MemoryTree tree, UUID identity, boolean readOnly, AtomicInteger open) {
    this.tree = tree;
    this.identity = identity;
    this.readOnly = readOnly;
    this.open = open;
  }

  /** Makes such engines, and counts those that are open. */
  static final class Maker implements Engine.Opener {
    static final String MAGIC = "\u0089CAPSA\r\n";
    final Map<UUID, MemoryTree> trees = new ConcurrentHashMap<>();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger openings = new AtomicInteger();

    @Override
    public Engine open(Home home, Environment environment) throws IOException {
      Path container = home.file().orElseThrow();
      String content = Files.readString(container, java.nio.charset.StandardCharsets.ISO_8859_1);
      if (content.isEmpty() && environment.create() && !environment.readOnly()) {
        content = MAGIC + UUID.randomUUID();
        Files.writeString(container, content, java.nio.charset.StandardCharsets.ISO_8859_1);
      }
      if (!content.startsWith(MAGIC)) {
        throw new CapsaFormatException(container + " is not a container");
      }
      UUID identity = UUID.fromString(content.substring(MAGIC.length()));
      MemoryTree tree = trees.computeIfAbsent(identity, it -> new MemoryTree());
      tree.closed = false;
      open.incrementAndGet();
      openings.incrementAndGet();
      return new MemoryEngine(tree, identity, environment.readOnly(), open);
    }
  }

  @Override
  public FileTree tree() {
    return tree;
  }

  @Override
  public UUID identity() {
    return identity;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public long freeBytes() {
    return 1 << 20;
  }

  @Override
  public long lengthBytes() {
    return 2 << 20;
  }

  @Override
  public void close() {
    open.decrementAndGet();
    tree.close();
  }
}
