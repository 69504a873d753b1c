package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import dev.capsa.inode.InodeCodec.Fields;
import dev.capsa.inode.OpenFiles.Departure;
import dev.capsa.inode.OpenFiles.OpenFile;
import dev.capsa.inode.Rollback.Kind;
import dev.capsa.inode.Rollback.NameChange;
import dev.capsa.repo.LiveHead;
import dev.capsa.repo.Reversal;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeDiff;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says item by item how the newest state becomes an older one, and tells those who have files open.
 *
 * <p>What becomes of an inode is decided by whether it has a name in the one state and in the
 * other: it has an INODE item there that states at least one link.
 *
 * <ul>
 *   <li>In the older one it has: each of its items that differs becomes as it was, under the same
 *       number, which no other file ever had. If it was without a name, it is no orphan any more.
 *   <li>Only in the newest one it has: its items go. If it is open, or its content is not in the
 *       item, it is an orphan from now on, and cleared later.
 *   <li>In neither: nothing. It belongs to those who have it open, or make it.
 * </ul>
 *
 * <p>So the result has, item by item, what the older state has of everything with a name. Items of
 * inode 0 stay as they are: profiles are never removed, orphans are those of today.
 *
 * <p>The caller holds the lock of all inodes from before the first call until the last. Used by one
 * thread at a time.
 */
final class RollingBack implements LiveHead.Differences {
  private final OpenFiles openFiles;
  private final Set<Long> watched;
  private final List<NameChange> names = new ArrayList<>();
  private final List<Long> gone = new ArrayList<>();

  /** Files that are another in content or attributes, and have a name in a watched directory. */
  private final Map<Long, Set<Long>> modified = new HashMap<>();

  private final List<Departure> departures = new ArrayList<>();
  private final List<Shrinking> shrinking = new ArrayList<>();

  /** A file that gets shorter, and is kept among the open ones, so that openers learn of it. */
  private record Shrinking(long inode, OpenFile file, boolean entered, long before, long after) {}

  /** The inode whose items are at hand, and what it is. */
  private final class Inode {
    final long number;
    final @Nullable Fields now;
    final @Nullable Fields then;
    boolean inodeDiffers;
    boolean attributes;
    boolean content;
    boolean entries;

    Inode(long number, @Nullable Fields now, @Nullable Fields then) {
      this.number = number;
      this.now = now;
      this.then = then;
    }
  }

  RollingBack(OpenFiles openFiles, Set<Long> watched) {
    this.openFiles = openFiles;
    this.watched = watched;
  }

  @Override
  public void note(Tree now, Tree then, Reversal reversal) throws IOException {
    release(false); // an attempt before found no room
    TreeDiff items = new TreeDiff(now, then);
    Inode inode = null;
    while (items.next()) {
      byte[] key = items.key();
      long number = ItemKey.inode(key);
      if (number == 0) {
        continue; // belongs to no file alone
      }
      if (inode == null || inode.number != number) {
        finish(inode, then);
        inode = begin(number, now, then, reversal);
      }
      if (inode.then != null) {
        note(inode, key, items.oldValue(), items.newValue(), reversal);
      }
    }
    finish(inode, then);
    noteModified(now, then);
  }

  /** The first item of an inode differs. */
  private Inode begin(long number, Tree now, Tree then, Reversal reversal) throws IOException {
    byte[] key = ItemKey.of(number, ItemKey.INODE);
    Fields present = fields(number, now.get(key));
    Inode inode = new Inode(number, named(present), named(fields(number, then.get(key))));
    if (inode.then == null && inode.now != null) {
      remove(inode.now, now, reversal);
    } else if (inode.then != null) {
      if (inode.now == null && now.get(ItemKey.of(0, ItemKey.ORPHAN, number)) != null) {
        reversal.adopt(number); // whoever closes it last finds that it has a name
      }
      boolean file = inode.then.kind() == FileKind.FILE;
      if (file && present != null && inode.then.size() < present.size()) {
        shrink(number, inode.now != null, present.size(), inode.then.size());
      }
    }
    return inode;
  }

  private static @Nullable Fields fields(long number, byte @Nullable [] value)
      throws CapsaCorruptException {
    return value == null ? null : InodeCodec.decode(number, value);
  }

  private static @Nullable Fields named(@Nullable Fields fields) {
    return fields == null || fields.links() == 0 ? null : fields;
  }

  /** No size that was read before may be trusted after. Nobody opens what has no name. */
  private void shrink(long number, boolean canOpen, long before, long after) {
    OpenFile file = canOpen ? openFiles.enter(number) : openFiles.of(number);
    if (file != null) {
      shrinking.add(new Shrinking(number, file, canOpen, before, after));
      file.setSure(after);
    }
  }

  /** An item of an inode that has a name then. */
  private void note(
      Inode inode, byte[] key, byte @Nullable [] now, byte @Nullable [] then, Reversal reversal)
      throws IOException {
    switch (ItemKey.kind(key)) {
      case ItemKey.CONTENT, ItemKey.EXTENT, ItemKey.CHAIN -> {
        inode.content = true;
        reversal.content(key, now, then);
        return;
      }
      case ItemKey.INODE -> inode.inodeDiffers = true;
      case ItemKey.ATTRIBUTE -> inode.attributes = true;
      case ItemKey.ENTRY -> {
        inode.entries = true;
        noteEntry(inode.number, ItemKey.tail(key), now, then);
      }
      default -> {
        // Further names are entries, too.
      }
    }
    if (then == null) {
      reversal.remove(key);
    } else {
      reversal.put(key, then);
    }
  }

  private void noteEntry(
      long directory, byte[] name, byte @Nullable [] now, byte @Nullable [] then) {
    if (watched.contains(directory)) {
      if (now != null) {
        names.add(new NameChange(directory, Kind.DELETED, name));
      }
      if (then != null) {
        names.add(new NameChange(directory, Kind.CREATED, name));
      }
    }
  }

  /** An inode goes that has a name now, and none then. */
  private void remove(Fields inode, Tree now, Reversal reversal) throws IOException {
    long number = inode.number();
    boolean open = false;
    if (inode.kind() == FileKind.FILE) {
      Departure departure = openFiles.depart(number);
      departures.add(departure);
      open = departure.staysOpen();
    }
    boolean left = open;
    ItemCursor items = now.cursor(ItemKey.of(number, (byte) 0), ItemKey.of(number + 1, (byte) 0));
    while (items.next()) {
      byte[] key = items.key();
      switch (ItemKey.kind(key)) {
        case ItemKey.CONTENT -> {
          left |= reversal.isApart(number, items.value());
          if (!left) {
            reversal.remove(key);
          }
        }
        case ItemKey.EXTENT, ItemKey.CHAIN -> left = true;
        case ItemKey.INODE -> {
          if (open) {
            reversal.put(key, InodeCodec.withoutNames(inode));
          } else {
            reversal.remove(key);
          }
        }
        case ItemKey.ATTRIBUTE -> {
          if (!open) {
            reversal.remove(key);
          }
        }
        case ItemKey.ENTRY -> {
          noteEntry(number, ItemKey.tail(key), items.value(), null);
          reversal.remove(key);
        }
        default -> reversal.remove(key);
      }
    }
    if (left) {
      reversal.orphan(number, open);
    }
    if (watched.contains(number)) {
      gone.add(number);
    }
  }

  /** All items of an inode are noted: remembers whom to tell. */
  private void finish(@Nullable Inode inode, Tree then) throws IOException {
    if (inode == null || watched.isEmpty() || inode.now == null || inode.then == null) {
      return;
    }
    Fields was = inode.now;
    Fields is = inode.then;
    boolean dated =
        was.modified() != is.modified()
            || was.accessed() != is.accessed()
            || was.changed() != is.changed();
    boolean told =
        inode.content
            || inode.attributes
            || was.profile() != is.profile()
            || was.created() != is.created()
            || was.size() != is.size()
            || inode.inodeDiffers && dated && !inode.entries;
    if (told) {
      noteIn(is.parent(), inode.number);
      if (is.links() > 1) {
        ItemCursor further = Catalog.cursor(then, inode.number, ItemKey.PARENT);
        while (further.next()) {
          noteIn(Keys.parentDirectory(further.key()), inode.number);
        }
      }
    }
  }

  private void noteIn(long directory, long inode) {
    if (watched.contains(directory)) {
      modified.computeIfAbsent(directory, it -> new HashSet<>()).add(inode);
    }
  }

  /**
   * Looks for the names that files with other content or attributes have in watched directories.
   */
  private void noteModified(Items now, Items then) throws IOException {
    for (Map.Entry<Long, Set<Long>> each : modified.entrySet()) {
      ItemCursor entries = Catalog.cursor(then, each.getKey(), ItemKey.ENTRY);
      while (entries.next()) {
        boolean is = each.getValue().contains(EntryCodec.inode(entries.value()));
        if (is && Arrays.equals(now.get(entries.key()), entries.value())) {
          byte[] name = ItemKey.tail(entries.key());
          names.add(new NameChange(each.getKey(), Kind.MODIFIED, name));
        }
      }
    }
  }

  /** It is done: tells the open files what became of them, and says what became of names. */
  Rollback done() {
    Rollback what = new Rollback(List.copyOf(names), List.copyOf(gone));
    release(true);
    return what;
  }

  /**
   * Lets go of the open files, and forgets all that was noted.
   *
   * @param done whether all was changed, or nothing
   */
  void release(boolean done) {
    for (Shrinking each : shrinking) {
      each.file.setSure(done ? each.after : each.before);
      if (each.entered) {
        openFiles.leave(each.inode);
      }
    }
    departures.forEach(it -> it.end(done));
    shrinking.clear();
    departures.clear();
    modified.clear();
    names.clear();
    gone.clear();
  }
}
