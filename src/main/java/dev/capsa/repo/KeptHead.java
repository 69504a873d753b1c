package dev.capsa.repo;

import dev.capsa.CapsaException;
import dev.capsa.block.ContentStore;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.Pin;
import dev.capsa.store.Space;
import dev.capsa.tree.Items;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A revision as a head that never changes. Stays readable until it is closed, also if the revision
 * is dropped: from then on it holds a pin, and the space waits for it. One that is not kept, the
 * newest commit, it holds so from the start. Safe for many threads.
 */
public final class KeptHead implements LiveHead {
  private static final Pin NO_PIN = () -> {};

  private final KeptRevision revision;
  private final Tree tree;
  private final Head head;
  private final Space space;
  private final ContentStore content;
  private final Holds holds;

  /** Guarded by {@link #holds}. */
  @Nullable Pin pin;

  KeptHead(KeptRevision revision, Space space, NodeCache cache, ContentStore content, Holds holds)
      throws IOException {
    this.revision = revision;
    RootRecord root = RootRecord.decode(revision.root());
    this.tree = new Tree(space, cache, root.tree());
    this.head = new Head(root, tree, null, new Overlay(), revision.sequence(), true);
    this.space = space;
    this.content = content;
    this.holds = holds;
  }

  /** Which revision it is, as it was kept when this was opened; without a name if it was not. */
  public KeptRevision revision() {
    return revision;
  }

  /** The items of the revision; to be read until this is closed. */
  public Tree tree() {
    return tree;
  }

  /** What it has, if it is of this space; else null. */
  @Nullable Items itemsOf(Space of) {
    return of == space ? head.committed() : null;
  }

  @Override
  public View view() {
    return new HeadView(head, content, NO_PIN);
  }

  @Override
  public long sequence() {
    return head.sequence();
  }

  @Override
  public Durability durability() {
    return Durability.COMMIT;
  }

  @Override
  public void force() {}

  @Override
  public void removeOrphans() throws IOException {
    throw readOnly();
  }

  @Override
  public long newInode() {
    throw new UnsupportedOperationException("a kept revision gets no new inodes");
  }

  @Override
  public void change(Change change) throws IOException {
    throw readOnly();
  }

  @Override
  public void write(long inode, long position, ByteBuffer source, long size, Change alongside)
      throws IOException {
    throw readOnly();
  }

  @Override
  public void truncate(long inode, long size, long newSize, Change alongside) throws IOException {
    throw readOnly();
  }

  private CapsaException readOnly() {
    return new CapsaException("revision " + sequence() + " is read only");
  }

  /** Lets go of the revision. Idempotent. */
  @Override
  public void close() {
    holds.close(this);
  }
}
