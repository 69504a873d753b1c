package dev.capsa.inode;

import static dev.capsa.inode.InodeException.Reason.DIRECTORY_NOT_EMPTY;

import dev.capsa.CapsaCorruptException;
import dev.capsa.inode.OpenFiles.Departure;
import dev.capsa.repo.View;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A plan that takes a name from a file and perhaps removes the file. Confined to the thread that
 * holds the locks of the directory and of the file, and closed before they are given back.
 */
final class Removal implements AutoCloseable {
  final Plan plan = new Plan();
  private final Catalog catalog;
  private @Nullable Departure departure;
  private boolean done;

  Removal(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Plans what becomes of a file or directory that loses a name; the entry itself is the caller's.
   */
  void dropName(View view, Inode inode, long directory, byte[] name, long now) throws IOException {
    if (inode.kind() == FileKind.DIRECTORY) {
      requireEmpty(view, inode.number());
      catalog.clear(plan, view, inode.number(), inode.kind());
    } else if (inode.links() > 1) {
      long parent = dropFurtherName(view, inode, directory, name);
      catalog.put(plan, inode.renamed(inode.links() - 1, parent, now));
    } else {
      dropLastName(view, inode, now);
    }
  }

  /**
   * Plans to remove a file that has no name any more; false if it is open: its last handle will.
   */
  boolean dropNameless(View view, Inode inode) throws IOException {
    departure = catalog.openFiles.depart(inode.number());
    if (departure.staysOpen()) {
      done = true; // it has no name, and its handles are to know
      return false;
    }
    catalog.clear(plan, view, inode.number(), inode.kind());
    plan.remove(ItemKey.of(0, ItemKey.ORPHAN, inode.number()));
    return true;
  }

  /** Applies the plan as one change. */
  void apply() throws IOException {
    catalog.head.change(plan);
    done = true;
  }

  @Override
  public void close() {
    if (departure != null) {
      departure.end(done);
    }
  }

  private void dropLastName(View view, Inode inode, long now) throws IOException {
    boolean open = false;
    if (inode.kind() == FileKind.FILE) {
      departure = catalog.openFiles.depart(inode.number());
      open = departure.staysOpen();
    }
    if (open) {
      catalog.put(plan, inode.renamed(0, inode.parent(), now));
      plan.put(ItemKey.of(0, ItemKey.ORPHAN, inode.number()), new byte[0]);
    } else {
      catalog.clear(plan, view, inode.number(), inode.kind());
    }
  }

  /** Plans to forget one of several names; the directory of what is the first name then. */
  private long dropFurtherName(View view, Inode inode, long directory, byte[] name)
      throws IOException {
    byte[] key = Keys.parent(inode.number(), directory, name);
    if (view.get(key) != null) {
      plan.remove(key);
      return inode.parent();
    }
    ItemCursor further = Catalog.cursor(view, inode.number(), ItemKey.PARENT);
    if (!further.next()) {
      throw new CapsaCorruptException(
          "inode " + inode.number() + " states " + inode.links() + " names, but has one only");
    }
    plan.remove(further.key());
    return Keys.parentDirectory(further.key());
  }

  private static void requireEmpty(View view, long directory) throws IOException {
    ItemCursor entries = Catalog.cursor(view, directory, ItemKey.ENTRY);
    if (entries.next()) {
      throw new InodeException(
          DIRECTORY_NOT_EMPTY,
          "directory "
              + directory
              + " has '"
              + Names.text(ItemKey.tail(entries.key()))
              + "' and perhaps more");
    }
  }
}
