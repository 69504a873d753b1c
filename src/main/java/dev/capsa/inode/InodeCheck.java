package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import dev.capsa.repo.RetentionRule;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds whatever is wrong among the inodes of a container, and tells all of it.
 *
 * <p>It reads one unchanging state: the items of a revision, or of the live head after {@code
 * force()} while nobody writes, since content lags behind the sizes until a commit. It goes through
 * all items once and through the entries a second time, remembers about 40 bytes of each inode, and
 * looks single items up for hard links alone. Damage below the items is not its matter: an
 * exception from there ends the check.
 *
 * <p>What it looks for: an item that cannot be read, is of an unknown kind, or belongs to no inode;
 * a missing root; an entry that names no inode, the root, or another kind; a wrong number of links;
 * a wrong parent; a further name without its entry; a directory with two parents; directories in a
 * cycle; an inode without a name that is no orphan, and an orphan that has one or does not exist;
 * content of what is no file; content beyond the size. An orphan without an INODE item is right if
 * it has content, and that alone: it is being removed.
 */
public final class InodeCheck {
  private static final long PAGE_BYTES = 4096;

  private final Items items;
  private final Consumer<Fault> faults;
  private final InodeTable table = new InodeTable();
  private final InodePlaces places;
  private final Set<Long> profiles = new HashSet<>();
  private final Set<Long> orphans = new TreeSet<>();

  /** Orphans without an INODE item: what is left of their content is being removed. */
  private final List<Long> leaving = new ArrayList<>(0);

  /** Number of the last inode that an INODE item was asked for; its size; whether there is one. */
  private long current = -1;

  private long currentSize;
  private boolean currentExists;

  /** Whether it is the last one of {@link #leaving}. */
  private boolean currentLeaves;

  private InodeCheck(Items items, Consumer<Fault> faults) {
    this.items = items;
    this.faults = faults;
    this.places = new InodePlaces(items, table);
  }

  /**
   * Something that is wrong.
   *
   * @param place a path, or the number of an inode
   * @param what what is wrong there
   */
  public record Fault(String place, String what) {}

  /** Looks at the content of one file after the other; the block stores know how. */
  @FunctionalInterface
  public interface ContentRule {
    /** Checks a file of so many bytes, and tells what is wrong. */
    void check(long inode, long size, Consumer<String> faults) throws IOException;
  }

  /**
   * Checks all inodes.
   *
   * @return how many there are
   */
  public static long check(Items items, Consumer<Fault> faults) throws IOException {
    return check(items, faults, null);
  }

  /**
   * Checks all inodes, and the content of each file by another rule.
   *
   * @return how many inodes there are
   */
  public static long check(Items items, Consumer<Fault> faults, @Nullable ContentRule contentRule)
      throws IOException {
    InodeCheck check = new InodeCheck(items, faults);
    check.readItems();
    check.readEntries();
    check.judge();
    if (contentRule != null) {
      check.readContents(contentRule);
    }
    return check.table.count();
  }

  private void readItems() throws IOException {
    ItemCursor cursor = items.cursor(new byte[0], null);
    while (cursor.next()) {
      byte[] key = cursor.key();
      if (key.length < ItemKey.PREFIX_BYTES || ItemKey.inode(key) < 0) {
        report("the catalog", "a key of " + key.length + " bytes that is of no inode");
        continue;
      }
      try {
        readItem(key, cursor.value());
      } catch (CapsaCorruptException unreadable) {
        report(
            "inode " + ItemKey.inode(key),
            "item " + ItemKey.toString(key) + " cannot be read: " + unreadable.getMessage());
      }
    }
  }

  private void readItem(byte[] key, byte[] value) throws IOException {
    long inode = ItemKey.inode(key);
    byte kind = ItemKey.kind(key);
    if (inode == 0) {
      readShared(key, value);
    } else if (kind == ItemKey.INODE) {
      readInode(inode, key, value);
    } else if (belongs(inode, kind)) {
      int index = table.count() - 1;
      switch (kind) {
        case ItemKey.CONTENT, ItemKey.EXTENT, ItemKey.CHAIN -> readContent(index, key);
        case ItemKey.ENTRY -> readEntry(index, key, value);
        case ItemKey.PARENT -> readParent(index, key);
        case ItemKey.ATTRIBUTE -> readAttribute(inode, key, value);
        default -> report("inode " + inode, "an item of the unknown kind " + kind);
      }
    } else if (currentLeaves && !isContent(kind)) {
      report("inode " + inode, "is being removed, but has an item of kind " + kind);
    }
  }

  private void readShared(byte[] key, byte[] value) throws IOException {
    switch (ItemKey.kind(key)) {
      case ItemKey.ORPHAN -> orphans.add(number(key));
      case ItemKey.PROFILE -> {
        profiles.add(number(key));
        Profile.decode(value);
      }
      case ItemKey.RETENTION -> RetentionRule.decode(value);
      default -> report("the catalog", "an item of the unknown kind " + ItemKey.kind(key));
    }
  }

  private void readInode(long inode, byte[] key, byte[] value) throws CapsaCorruptException {
    current = inode;
    currentExists = false;
    currentLeaves = false;
    if (key.length != ItemKey.PREFIX_BYTES) {
      throw new CapsaCorruptException("the key is too long");
    }
    InodeCodec.Fields fields = InodeCodec.decode(inode, value);
    table.add(fields);
    currentExists = true;
    currentSize = fields.size();
    if (!profiles.contains(fields.profile())) {
      throw new CapsaCorruptException("profile " + fields.profile() + " is missing");
    }
  }

  /** Whether there is the inode of an item; tells once if not, unless it is being removed. */
  private boolean belongs(long inode, byte kind) {
    if (current != inode) {
      current = inode;
      currentExists = false;
      currentLeaves = kind == ItemKey.CONTENT && orphans.remove(inode);
      if (currentLeaves) {
        leaving.add(inode);
      } else {
        report("inode " + inode, "has items, but does not exist");
      }
    }
    return currentExists;
  }

  private static boolean isContent(byte kind) {
    return kind == ItemKey.CONTENT || kind == ItemKey.EXTENT || kind == ItemKey.CHAIN;
  }

  private void readContent(int index, byte[] key) throws IOException {
    long inode = table.number(index);
    if (table.kinds[index] != FileKind.FILE) {
      report(places.of(inode), "a " + table.kinds[index] + " with content");
    } else if (ItemKey.kind(key) != ItemKey.CONTENT) {
      long block = number(key);
      if (block < 0 || block >= (currentSize + PAGE_BYTES - 1) / PAGE_BYTES) {
        report(
            places.of(inode),
            "content at block " + block + ", beyond the size of " + currentSize + " bytes");
      }
    }
  }

  private void readEntry(int index, byte[] key, byte[] value) throws IOException {
    if (table.kinds[index] != FileKind.DIRECTORY) {
      report(
          places.of(table.number(index), ItemKey.tail(key)), "an entry in a " + table.kinds[index]);
    }
    EntryCodec.decode(key, value);
  }

  private void readParent(int index, byte[] key) throws IOException {
    long inode = table.number(index);
    if (key.length <= ItemKey.PREFIX_BYTES + Long.BYTES) {
      throw new CapsaCorruptException("the key is too short");
    }
    long directory = Keys.parentDirectory(key);
    byte[] name = Keys.parentName(key);
    byte[] entry = items.get(ItemKey.of(directory, ItemKey.ENTRY, name));
    if (entry == null || EntryCodec.decode(directory, name, entry).inode() != inode) {
      report(
          places.of(directory, name),
          "is stated as a further name of inode " + inode + ", but no such entry names it");
      return;
    }
    table.furtherNames[index]++;
    table.directories[index] -= directory;
  }

  private void readAttribute(long inode, byte[] key, byte[] value) throws IOException {
    byte[] tail = ItemKey.tail(key);
    int part = tail.length < 2 ? -1 : tail[tail.length - 1];
    if (part < 0 || part > 2) {
      throw new CapsaCorruptException("part " + part + " of a user attribute");
    }
    long stamp = UserAttributes.stamp(value);
    int rest = UserAttributes.restPlace(stamp);
    int otherPart = part == 0 ? rest : 0;
    byte[] otherKey = key.clone();
    otherKey[key.length - 1] = (byte) otherPart;
    byte[] other = otherPart == part ? value : items.get(otherKey);
    if ((part != 0 && part != rest) || other == null || UserAttributes.stamp(other) != stamp) {
      report(places.of(inode), "the parts of a user attribute do not belong together");
    }
  }

  private void readEntries() throws IOException {
    for (int i = 0; i < table.count(); i++) {
      if (table.kinds[i] == FileKind.DIRECTORY) {
        ItemCursor cursor = Catalog.cursor(items, table.number(i), ItemKey.ENTRY);
        while (cursor.next()) {
          try {
            followEntry(table.number(i), EntryCodec.decode(cursor.key(), cursor.value()));
          } catch (CapsaCorruptException told) {
            // Whoever read the item has told of it.
          }
        }
      }
    }
  }

  private void followEntry(long directory, Entry entry) throws IOException {
    int index = table.find(entry.inode());
    if (index < 0) {
      report(
          places.of(directory, entry.name()),
          "names inode " + entry.inode() + ", which does not exist");
      return;
    }
    table.names[index]++;
    table.directories[index] += directory;
    if (entry.inode() == FileTree.ROOT) {
      report(places.of(directory, entry.name()), "names the root directory");
    }
    if (entry.kind() != table.kinds[index]) {
      report(
          places.of(directory, entry.name()),
          "is stated as a "
              + entry.kind()
              + ", but inode "
              + entry.inode()
              + " is a "
              + table.kinds[index]);
    }
  }

  private void judge() throws IOException {
    int root = table.find(FileTree.ROOT);
    if (root < 0 || table.kinds[root] != FileKind.DIRECTORY) {
      report("/", "the root directory does not exist");
    } else {
      table.marks[root] = InodeTable.SEEN;
      if (table.parents[root] != FileTree.ROOT || table.links[root] != 1) {
        report(
            "/",
            "the root directory has the parent "
                + table.parents[root]
                + " and "
                + table.links[root]
                + " links");
      }
    }
    for (int i = 0; i < table.count(); i++) {
      boolean orphan = orphans.remove(table.number(i));
      if (orphan) {
        judgeOrphan(i);
      } else if (table.number(i) != FileTree.ROOT) {
        judgeNamed(i);
      }
    }
    for (long missing : orphans) {
      report("inode " + missing, "is stated as an orphan, but does not exist");
    }
    for (int i = 0; i < table.count(); i++) {
      if (table.kinds[i] == FileKind.DIRECTORY) {
        climb(i);
      }
    }
  }

  private void judgeOrphan(int index) throws IOException {
    if (table.names[index] != 0 || table.links[index] != 0) {
      report(
          places.of(table.number(index)),
          "an orphan with " + table.names[index] + " names, stated " + table.links[index]);
    }
  }

  private void judgeNamed(int index) throws IOException {
    long inode = table.number(index);
    int names = table.names[index];
    if (names == 0) {
      report(
          "inode " + inode,
          "a "
              + table.kinds[index]
              + " that no entry names, and no orphan; it states "
              + table.links[index]
              + " links");
    } else if (table.kinds[index] == FileKind.DIRECTORY && names > 1) {
      report(places.of(inode), "a directory with " + names + " parents");
    } else if (table.links[index] != names) {
      report(places.of(inode), "states " + table.links[index] + " links, but has " + names);
    } else if (table.furtherNames[index] != names - 1) {
      report(
          places.of(inode),
          "has " + names + " names, but states " + table.furtherNames[index] + " further ones");
    } else if (table.directories[index] != table.parents[index]) {
      report(
          places.of(inode),
          "states the parent "
              + table.parents[index]
              + ", but lies in "
              + table.directories[index]);
    }
  }

  /** Follows the entries up from a directory, each directory once in all. */
  private void climb(int from) {
    int at = from;
    while (at >= 0 && table.marks[at] == InodeTable.UNSEEN) {
      table.marks[at] = InodeTable.CLIMBING;
      at = table.names[at] == 1 ? table.find(table.directories[at]) : -1;
    }
    if (at >= 0 && table.marks[at] == InodeTable.CLIMBING) {
      report("inode " + table.number(at), "a directory in a cycle: no way leads up to the root");
    }
    at = from;
    while (at >= 0 && table.marks[at] == InodeTable.CLIMBING) {
      table.marks[at] = InodeTable.SEEN;
      at = table.names[at] == 1 ? table.find(table.directories[at]) : -1;
    }
  }

  private void readContents(ContentRule rule) throws IOException {
    for (int i = 0; i < table.count(); i++) {
      long inode = table.number(i);
      byte[] value =
          table.kinds[i] == FileKind.FILE ? items.get(ItemKey.of(inode, ItemKey.INODE)) : null;
      if (value != null) {
        List<String> found = new ArrayList<>(0);
        rule.check(inode, InodeCodec.decode(inode, value).size(), found::add);
        for (String what : found) {
          report(places.of(inode), what);
        }
      }
    }
    for (long inode : leaving) {
      rule.check(
          inode, FileTree.MAX_FILE_BYTES, what -> report("inode " + inode + ", removed", what));
    }
  }

  private static long number(byte[] key) throws CapsaCorruptException {
    if (key.length != ItemKey.PREFIX_BYTES + Long.BYTES) {
      throw new CapsaCorruptException("a key of " + key.length + " bytes, expected 17");
    }
    return ItemKey.number(key);
  }

  private void report(String place, String what) {
    faults.accept(new Fault(place, what));
  }
}
