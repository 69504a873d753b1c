package dev.capsa.inode;

import static dev.capsa.inode.InodeException.Reason.INTO_ITSELF;

import dev.capsa.CapsaCorruptException;
import dev.capsa.inode.InodeLocks.Held;
import dev.capsa.repo.View;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Moving a name, in one change.
 *
 * <p>No cycle can arise: only the move of a directory to another directory changes what lies below
 * what, each such move holds the rename lock, and under it walks from the new parent up to the
 * root. On its way no directory can vanish, since none of them is empty. The rule is that of the
 * Linux kernel's directory locking.
 */
final class Renaming {
  private final Catalog catalog;

  Renaming(Catalog catalog) {
    this.catalog = catalog;
  }

  /** From where to where, and whether what is there goes. */
  private record Request(
      long source, byte[] sourceName, long target, byte[] targetName, boolean replace) {}

  /** What the two names name. */
  private record Seen(Entry source, @Nullable Entry target) {
    boolean isStill(Seen now) {
      long before = target == null ? -1 : target.inode();
      long after = now.target == null ? -1 : now.target.inode();
      return source.inode() == now.source.inode() && before == after;
    }
  }

  void rename(long source, byte[] sourceName, long target, byte[] targetName, boolean replace)
      throws IOException {
    Names.check(targetName);
    Request request = new Request(source, sourceName, target, targetName, replace);
    while (!attempt(request, look(request))) {
      // Somebody changed one of the names before it was locked.
    }
    catalog.settle();
  }

  private Seen look(Request request) throws IOException {
    try (View view = catalog.head.view()) {
      return look(view, request);
    }
  }

  private Seen look(View view, Request request) throws IOException {
    Entry source = catalog.entry(view, request.source, request.sourceName);
    if (source == null) {
      catalog.requireDirectory(view, request.source);
      throw NameSpace.noSuchName(request.source, request.sourceName);
    }
    return new Seen(source, catalog.entry(view, request.target, request.targetName));
  }

  /** Moves the name; false if the names no longer name what was seen. */
  private boolean attempt(Request request, Seen seen) throws IOException {
    boolean below = seen.source.kind() == FileKind.DIRECTORY && request.source != request.target;
    long victim = seen.target == null ? request.target : seen.target.inode();
    try (Held order = below ? catalog.locks.renaming() : () -> {};
        Held held =
            catalog.locks.lock(request.source, request.target, seen.source.inode(), victim);
        Removal removal = new Removal(catalog)) {
      try (View view = catalog.head.view()) {
        Seen now = look(view, request);
        if (!seen.isStill(now)) {
          return false;
        }
        if (now.target != null && now.target.inode() == now.source.inode()) {
          return true;
        }
        plan(view, request, now, removal);
      }
      removal.apply();
      return true;
    }
  }

  private void plan(View view, Request request, Seen now, Removal removal) throws IOException {
    Inode sourceDirectory = catalog.requireDirectory(view, request.source);
    Inode targetDirectory = catalog.requireDirectory(view, request.target);
    Inode moved = catalog.named(view, request.source, now.source);
    if (moved.kind() == FileKind.DIRECTORY && request.source != request.target) {
      requireNotBelow(view, moved.number(), targetDirectory);
    }
    if (now.target != null && !request.replace) {
      throw NameSpace.alreadyExists(request.target, request.targetName);
    }
    long nanos = catalog.time.nanos();
    Plan plan = removal.plan;
    catalog.putEntry(plan, request.target, request.targetName, moved);
    plan.remove(ItemKey.of(request.source, ItemKey.ENTRY, request.sourceName));
    catalog.put(plan, moved.renamed(moved.links(), moveParent(view, request, moved, plan), nanos));
    catalog.put(plan, targetDirectory.touched(nanos));
    if (request.source != request.target) {
      catalog.put(plan, sourceDirectory.touched(nanos));
    }
    if (now.target != null) {
      Inode victim = catalog.named(view, request.target, now.target);
      removal.dropName(view, victim, request.target, request.targetName, nanos);
    }
  }

  /** Plans the name's new place in what the file knows of its names; the first name's directory. */
  private static long moveParent(View view, Request request, Inode moved, Plan plan)
      throws IOException {
    if (moved.links() > 1) {
      byte[] key = Keys.parent(moved.number(), request.source, request.sourceName);
      byte[] value = view.get(key);
      if (value != null) {
        plan.remove(key);
        plan.put(Keys.parent(moved.number(), request.target, request.targetName), value);
        return moved.parent();
      }
    }
    return request.target;
  }

  private void requireNotBelow(View view, long moved, Inode target) throws IOException {
    Inode at = target;
    while (at.number() != FileTree.ROOT) {
      if (at.number() == moved) {
        throw new InodeException(
            INTO_ITSELF,
            "directory " + moved + " would come to lie in " + target.number() + ", below itself");
      }
      Inode up = catalog.inode(view, at.parent());
      if (up == null || up.number() == at.number()) {
        throw new CapsaCorruptException(
            "directory " + at.number() + " has the parent " + at.parent() + ", not a directory");
      }
      at = up;
    }
  }
}
