package dev.capsa.inode;

import dev.capsa.inode.InodeLocks.Held;
import dev.capsa.repo.View;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies of files that share what is stored. First the head makes the content of a file without a
 * name, while the source is locked, so that it is that of one moment. Then one change gives it its
 * inode and its name, in place of what had the name. Nobody but the copier knows its number before,
 * so it needs no lock; an ORPHAN item lets a crash forget it. Safe for many threads.
 */
final class SharedCopy {
  /** Files up to this size are stored as a whole: copying them is as fast. */
  private static final long SMALL_BYTES = 64 << 10;

  private final Catalog catalog;

  SharedCopy(Catalog catalog) {
    this.catalog = catalog;
  }

  /** What the source was at the moment of the copy. */
  private record Original(Inode inode, List<UserAttribute> attributes) {}

  private record UserAttribute(byte[] name, byte[] value) {}

  /** Copies; empty if the content cannot be shared, nothing happened then. */
  Optional<Inode> copy(Catalog from, long source, long directory, byte[] name, FileCopy copy)
      throws IOException {
    Names.check(name);
    long number;
    Original original;
    try (Held held = from.locks.lock(source)) {
      original = original(from, source, copy.attributes());
      if (original.inode.size() <= SMALL_BYTES) {
        return Optional.empty();
      }
      number = catalog.head.newInode();
      if (!catalog.head.share(from.head, source, number)) {
        return Optional.empty();
      }
    }
    boolean named = false;
    try {
      Inode made = name(number, original, directory, name, copy);
      named = true;
      catalog.settle();
      return Optional.of(made);
    } finally {
      if (!named) {
        forget(number);
      }
    }
  }

  private static Original original(Catalog from, long source, boolean attributes)
      throws IOException {
    Inode inode;
    try (View view = from.head.view()) {
      inode = from.require(view, source);
    }
    List<UserAttribute> found = new ArrayList<>();
    if (attributes) {
      UserAttributes all = new UserAttributes(from);
      for (byte[] name : all.names(source)) {
        byte[] value = all.get(source, name);
        if (value != null) {
          found.add(new UserAttribute(name, value));
        }
      }
    }
    return new Original(inode, found);
  }

  private Inode name(long number, Original original, long directory, byte[] name, FileCopy copy)
      throws IOException {
    Inode source = original.inode;
    catalog.prepare(
        copy.attributes()
            ? new NewFile(source.mode(), source.owner(), source.group())
            : copy.how());
    while (true) {
      Entry seen = entry(directory, name);
      long victim = seen == null ? directory : seen.inode();
      try (Held held = catalog.locks.lock(directory, victim);
          Removal removal = new Removal(catalog)) {
        Inode made;
        try (View view = catalog.head.view()) {
          Inode parent = catalog.requireDirectory(view, directory);
          Entry now = catalog.entry(view, directory, name);
          if ((now == null ? directory : now.inode()) != victim) {
            continue;
          }
          if (now != null && !copy.replace()) {
            throw NameSpace.alreadyExists(directory, name);
          }
          long nanos = catalog.time.nanos();
          made = made(number, source, directory, copy, nanos);
          Plan plan = removal.plan;
          catalog.put(plan, made);
          UserAttributes attributes = new UserAttributes(catalog);
          for (UserAttribute each : original.attributes) {
            attributes.plan(plan, number, each.name, each.value);
          }
          catalog.putEntry(plan, directory, name, made);
          catalog.put(plan, parent.touched(nanos));
          plan.remove(ItemKey.of(0, ItemKey.ORPHAN, number));
          if (now != null) {
            removal.dropName(view, catalog.named(view, directory, now), directory, name, nanos);
          }
        }
        removal.apply();
        return made;
      }
    }
  }

  private @Nullable Entry entry(long directory, byte[] name) throws IOException {
    try (View view = catalog.head.view()) {
      return catalog.entry(view, directory, name);
    }
  }

  private static Inode made(long number, Inode source, long directory, FileCopy copy, long nanos) {
    Inode made =
        Inode.make(number, FileKind.FILE, copy.how(), directory, null, nanos)
            .written(source.size(), nanos);
    if (!copy.attributes()) {
      return made;
    }
    AttributeChange change =
        new AttributeChange(
            source.mode(),
            source.owner(),
            source.group(),
            source.modifiedNanos(),
            source.accessedNanos(),
            source.createdNanos());
    return made.with(change, nanos);
  }

  /** Drops what has no name after all. */
  private void forget(long number) {
    Plan plan = new Plan();
    plan.removeContent(number);
    plan.remove(ItemKey.of(0, ItemKey.ORPHAN, number));
    try {
      catalog.head.change(plan);
    } catch (IOException e) {
      // Why there is no copy is under way; the next opening clears what is left.
    }
  }
}
