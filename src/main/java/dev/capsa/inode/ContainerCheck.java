package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import dev.capsa.block.ContentCheck;
import dev.capsa.block.ContentReferences;
import dev.capsa.repo.RootRecord;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MultiStore;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.StoreCheck;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.ReadableItems;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeCheck;
import dev.capsa.tree.TreeFault;
import dev.capsa.tree.TreeRoot;
import dev.capsa.tree.TreeVisitor;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * The checks of the layers, from the bottom up: what the store says of itself; each node of the
 * catalog; the inodes over all items that can be read; the content of each file, every byte of it;
 * and at last, whether just what was reached is allocated. The last needs all of the catalog, so it
 * is left out if some of it is lost: nearly all would seem to be in no use.
 *
 * Kept revisions come after the newest state. What one of them reaches and was made up to the one
 * before, that one reaches, too; so of each only those nodes are read that are newer than the one
 * before, and of these only the references that are. Together that is each node once. What is found
 * must be reached by the newest state or named by a dead list, and all that is named, found.
 *
 * Damage does not end the check. An item that is lost with its node is as if it was not there, so a
 * lost INODE item shows as an entry that names no inode: which is the path of the file that is lost.
 */

/**
 * Checks everything in a container, and reports all that is wrong as a place and what is wrong
 * there. Places are paths wherever something can still be reached by one. Confined to one thread.
 */
public final class ContainerCheck {
  private static final long CACHE_BYTES = 16 << 20;

  /** The place of what concerns the content being checked; replaced by the path of the file. */
  private static final String FILE = "the file";

  private final MultiStore store;
  private final BiConsumer<String, String> faults;
  private final StoreCheck inStore;

  /** Whether all of the catalog could be read. */
  private boolean complete = true;

  /** Takes what is wrong with the file whose content is being checked. */
  private Consumer<String> ofFile = what -> {};

  private ContainerCheck(MultiStore store, BiConsumer<String, String> faults) {
    this.store = store;
    this.faults = faults;
    this.inStore = store.check(this::report);
  }

  /**
   * Checks a container.
   *
   * @param store opened for this check; it must have verified nothing yet, so that every byte is
   *     read and compared with its checksum now
   * @param written whether the container may be written meanwhile. The state that the store was
   *     opened in must be pinned then; the rings, which go on, are not checked
   * @param faults takes a place and what is wrong there
   */
  public static void check(MultiStore store, boolean written, BiConsumer<String, String> faults) {
    new ContainerCheck(store, faults).run(written);
  }

  private interface Step {
    void run() throws IOException;
  }

  private void run(boolean written) {
    if (!written) {
      attempt("header and rings", inStore::checkHead);
      attempt("header and rings", inStore::checkSlots);
    }
    attempt("segment table", inStore::checkSegments);
    if (store.root().length == 0) {
      return; // no catalog yet, or a store of objects without files, which knows its own
    }
    attempt("catalog", this::checkCatalog);
    attempt("kept revisions", this::checkKept);
    if (complete) {
      inStore.finish();
    }
  }

  /**
   * Does a step; whatever ends it early is a fault, too, and what was to follow it is not known.
   */
  private void attempt(String where, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      complete = false;
      report(where, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      complete = false;
      report(where, "it contradicts itself: " + e);
    }
  }

  private void report(String where, String what) {
    if (where.equals(FILE)) {
      ofFile.accept(what);
    } else {
      faults.accept(where, what);
    }
  }

  private void checkCatalog() throws IOException {
    RootRecord record = RootRecord.decode(store.root());
    TreeRoot root = record.tree();
    Nodes nodes = new Nodes();
    TreeCheck.check(store, root, nodes);
    nodes.compareWith(record);
    ReadableItems items = new ReadableItems(new Tree(store, new NodeCache(CACHE_BYTES), root));
    if (root.pointer() == null) {
      return;
    }
    ContentCheck contents = new ContentCheck(items, store, true);
    Contents visitor = new Contents();
    attempt(
        "inodes",
        () ->
            InodeCheck.check(
                items,
                fault -> report(fault.place(), fault.what()),
                (inode, size, told) -> {
                  ofFile = told;
                  attempt(FILE, () -> contents.check(inode, size, visitor));
                }));
  }

  private void checkKept() throws IOException {
    boolean headComplete = complete;
    List<KeptRevision> revisions = inStore.checkKept();
    complete &= revisions != null;
    if (revisions == null || !headComplete) {
      return; // what kept revisions share with the head is not known
    }
    boolean whole = true;
    long before = 0;
    for (KeptRevision revision : revisions) {
      KeptNodes nodes = new KeptNodes(revision, before);
      if (revision.root().length > 0) {
        TreeCheck.check(store, RootRecord.decode(revision.root()).tree(), nodes);
      }
      whole &= nodes.whole;
      before = revision.sequence();
    }
    if (whole) {
      inStore.finishHeld();
    }
  }

  /** Hands what a kept revision reaches, and the one before does not, to the store. */
  private final class KeptNodes implements TreeVisitor, ContentReferences.Visitor {
    private final String who;
    private final long sequence;
    private final long before;
    private boolean whole = true;

    KeptNodes(KeptRevision revision, long before) {
      this.who = "snapshot " + revision.name();
      this.sequence = revision.sequence();
      this.before = before;
    }

    @Override
    public boolean enters(ObjectPointer pointer) {
      return pointer.birth() > before;
    }

    @Override
    public void node(ObjectPointer pointer) {
      requireBorn(pointer.birth());
      inStore.heldNode(pointer, who);
    }

    @Override
    public void item(byte[] key, byte[] value) {
      try {
        ContentReferences.visit(key, value, this);
      } catch (CapsaCorruptException e) {
        whole = false;
        report(who, String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void object(ObjectPointer pointer, long birth) {
      if (birth > before) {
        requireBorn(birth);
        inStore.heldObject(pointer, who);
      }
    }

    @Override
    public void blocks(long start, long length, long birth) {
      if (birth > before) {
        requireBorn(birth);
        inStore.heldBlocks(start, length, who);
      }
    }

    private void requireBorn(long birth) {
      if (birth > sequence) {
        report(who, "revision " + sequence + " has a reference born in " + birth);
      }
    }

    @Override
    public void fault(TreeFault fault) {
      whole &= fault.cause() == null;
      report(who, fault.message());
    }
  }

  /** Hands the nodes of the catalog to the store. */
  private final class Nodes implements TreeVisitor {
    private long count;
    private long highestInode;

    @Override
    public void item(byte[] key, byte[] value) {
      if (key.length >= Long.BYTES) {
        highestInode = Math.max(highestInode, ItemKey.inode(key));
      }
    }

    void compareWith(RootRecord record) {
      if (complete && count != record.nodes()) {
        report("catalog", "its root states " + record.nodes() + " nodes, and has " + count);
      }
      if (highestInode >= record.nextInode()) {
        report(
            "catalog",
            "it has inode " + highestInode + ", but the next to make is " + record.nextInode());
      }
    }

    @Override
    public void node(ObjectPointer pointer) {
      count++;
      inStore.countNode(pointer, "catalog node " + pointer);
    }

    @Override
    public void fault(TreeFault fault) {
      complete &= fault.cause() == null;
      report("catalog", fault.message());
    }
  }

  /** Hands what files refer to to the store. */
  private final class Contents implements ContentCheck.Visitor {
    @Override
    public void object(long inode, ObjectPointer pointer, long birth) {
      inStore.countObject(pointer, birth, FILE);
    }

    @Override
    public void blocks(long inode, long start, long length, long birth) {
      inStore.countBlocks(start, length, birth, FILE);
    }

    @Override
    public void fault(long inode, String what) {
      report(FILE, what);
    }
  }
}
