package dev.capsa.inode;

import static dev.capsa.inode.InodeException.Reason.ALREADY_EXISTS;
import static dev.capsa.inode.InodeException.Reason.IS_A_DIRECTORY;
import static dev.capsa.inode.InodeException.Reason.NAME_TOO_LONG;
import static dev.capsa.inode.InodeException.Reason.NO_SUCH_FILE;
import static dev.capsa.inode.InodeException.Reason.TOO_MANY_LINKS;

import dev.capsa.inode.InodeLocks.Held;
import dev.capsa.repo.View;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Names: creating, linking, removing. Each operation locks ({@link InodeLocks}), plans over one
 * view, gives the view back, and applies the plan as one change. Safe for many threads.
 */
final class NameSpace {
  private final Catalog catalog;

  NameSpace(Catalog catalog) {
    this.catalog = catalog;
  }

  Inode create(long directory, byte[] name, FileKind kind, byte @Nullable [] target, NewFile how)
      throws IOException {
    Names.check(name);
    if (target != null && target.length > FileTree.MAX_TARGET_BYTES) {
      throw new InodeException(
          NAME_TOO_LONG,
          "a link's target of " + target.length + " bytes, at most 3072 are possible");
    }
    catalog.prepare(how);
    Plan plan = new Plan();
    Inode made;
    try (Held held = catalog.locks.lock(directory)) {
      try (View view = catalog.head.view()) {
        Inode parent = catalog.requireDirectory(view, directory);
        requireAbsent(view, directory, name);
        long now = catalog.time.nanos();
        made = Inode.make(catalog.head.newInode(), kind, how, directory, target, now);
        catalog.put(plan, made);
        catalog.putEntry(plan, directory, name, made);
        catalog.put(plan, parent.touched(now));
      }
      catalog.head.change(plan);
    }
    catalog.settle();
    return made;
  }

  void link(long directory, byte[] name, long number) throws IOException {
    Names.check(name);
    Plan plan = new Plan();
    try (Held held = catalog.locks.lock(directory, number)) {
      try (View view = catalog.head.view()) {
        Inode parent = catalog.requireDirectory(view, directory);
        Inode file = catalog.require(view, number);
        requireLinkable(file);
        requireAbsent(view, directory, name);
        long now = catalog.time.nanos();
        catalog.put(plan, file.renamed(file.links() + 1, file.parent(), now));
        plan.put(Keys.parent(number, directory, name), new byte[0]);
        catalog.putEntry(plan, directory, name, file);
        catalog.put(plan, parent.touched(now));
      }
      catalog.head.change(plan);
    }
    catalog.settle();
  }

  long remove(long directory, byte[] name) throws IOException {
    while (true) {
      Entry seen = requireEntry(directory, name);
      try (Held held = catalog.locks.lock(directory, seen.inode());
          Removal removal = new Removal(catalog)) {
        if (!planRemoval(removal, directory, seen)) {
          continue;
        }
        removal.apply();
      }
      catalog.settle();
      return seen.inode();
    }
  }

  /** The entry as it is now, without locks. */
  private Entry requireEntry(long directory, byte[] name) throws IOException {
    try (View view = catalog.head.view()) {
      Entry entry = catalog.entry(view, directory, name);
      if (entry == null) {
        catalog.requireDirectory(view, directory);
        throw noSuchName(directory, name);
      }
      return entry;
    }
  }

  /** Plans to remove an entry; false if it has changed since it was seen. */
  private boolean planRemoval(Removal removal, long directory, Entry seen) throws IOException {
    try (View view = catalog.head.view()) {
      Entry entry = catalog.entry(view, directory, seen.name());
      if (entry == null || entry.inode() != seen.inode()) {
        return false;
      }
      Inode parent = catalog.requireDirectory(view, directory);
      long now = catalog.time.nanos();
      removal.plan.remove(ItemKey.of(directory, ItemKey.ENTRY, seen.name()));
      catalog.put(removal.plan, parent.touched(now));
      removal.dropName(view, catalog.named(view, directory, entry), directory, seen.name(), now);
      return true;
    }
  }

  private void requireAbsent(View view, long directory, byte[] name) throws IOException {
    if (catalog.entry(view, directory, name) != null) {
      throw alreadyExists(directory, name);
    }
  }

  private static void requireLinkable(Inode file) throws InodeException {
    if (file.kind() == FileKind.DIRECTORY) {
      throw new InodeException(
          IS_A_DIRECTORY, "inode " + file.number() + " is a directory and can have one name only");
    }
    if (file.links() == 0) {
      throw new InodeException(NO_SUCH_FILE, "inode " + file.number() + " has been removed");
    }
    if (file.links() >= FileTree.MAX_LINKS) {
      throw new InodeException(
          TOO_MANY_LINKS, "inode " + file.number() + " has " + file.links() + " names already");
    }
  }

  static InodeException alreadyExists(long directory, byte[] name) {
    return new InodeException(
        ALREADY_EXISTS, "'" + Names.text(name) + "' exists in directory " + directory);
  }

  static InodeException noSuchName(long directory, byte[] name) {
    return new InodeException(
        NO_SUCH_FILE, "no '" + Names.text(name) + "' in directory " + directory);
  }
}
