package dev.capsa.inode;

import static dev.capsa.inode.InodeException.Reason.NOT_A_DIRECTORY;
import static dev.capsa.inode.InodeException.Reason.NO_SUCH_FILE;

import dev.capsa.CapsaCorruptException;
import dev.capsa.repo.Durability;
import dev.capsa.repo.LiveHead;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The items of the live head as inodes and entries: what every operation reads and writes. Safe for
 * many threads.
 */
final class Catalog {
  final LiveHead head;
  final TimeSource time;
  final InodeLocks locks = new InodeLocks();
  final OpenFiles openFiles = new OpenFiles();
  private final Profiles profiles;

  Catalog(LiveHead head, TimeSource time) {
    this.head = head;
    this.time = time;
    this.profiles = new Profiles(head);
  }

  /** The inode with a number, or null: one item. */
  @Nullable Inode inode(Items items, long number) throws IOException {
    byte[] value = items.get(ItemKey.of(number, ItemKey.INODE));
    if (value == null) {
      return null;
    }
    InodeCodec.Fields fields = InodeCodec.decode(number, value);
    return fields.with(profiles.get(items, fields.profile()));
  }

  /**
   * The inode with a number.
   *
   * @throws InodeException NO_SUCH_FILE
   */
  Inode require(Items items, long number) throws IOException {
    Inode inode = inode(items, number);
    if (inode == null) {
      throw new InodeException(NO_SUCH_FILE, "inode " + number + " does not exist (any more)");
    }
    return inode;
  }

  /**
   * The directory with a number.
   *
   * @throws InodeException NO_SUCH_FILE or NOT_A_DIRECTORY
   */
  Inode requireDirectory(Items items, long number) throws IOException {
    Inode inode = require(items, number);
    if (inode.kind() != FileKind.DIRECTORY) {
      throw new InodeException(
          NOT_A_DIRECTORY, "inode " + number + " is a " + inode.kind() + ", not a directory");
    }
    return inode;
  }

  /** What a name names, or null: one item. */
  @Nullable Entry entry(Items items, long directory, byte[] name) throws IOException {
    byte[] value = items.get(ItemKey.of(directory, ItemKey.ENTRY, name));
    return value == null ? null : EntryCodec.decode(directory, name, value);
  }

  /** The inode that an entry names; the container is damaged if there is none. */
  Inode named(Items items, long directory, Entry entry) throws IOException {
    Inode inode = inode(items, entry.inode());
    if (inode == null) {
      throw new CapsaCorruptException(
          "entry '"
              + Names.text(entry.name())
              + "' of directory "
              + directory
              + " names inode "
              + entry.inode()
              + ", which does not exist");
    }
    return inode;
  }

  /**
   * Stores the profile of a file to come, if it is new. Before the first view of the operation:
   * nobody changes anything while holding one.
   */
  void prepare(NewFile how) throws IOException {
    profiles.number(new Profile(how.mode(), how.owner(), how.group()));
  }

  /** Plans to store an inode. If its profile may be new, the caller holds no view. */
  void put(Plan plan, Inode inode) throws IOException {
    long profile = profiles.number(new Profile(inode.mode(), inode.owner(), inode.group()));
    plan.put(ItemKey.of(inode.number(), ItemKey.INODE), InodeCodec.encode(inode, profile));
  }

  /** Plans to store an entry. */
  void putEntry(Plan plan, long directory, byte[] name, Inode inode) {
    plan.put(
        ItemKey.of(directory, ItemKey.ENTRY, name),
        EntryCodec.encode(inode.number(), inode.kind()));
  }

  /** Plans to remove all that an inode has: attributes, user attributes, content. */
  void clear(Plan plan, Items items, long number, FileKind kind) throws IOException {
    plan.remove(ItemKey.of(number, ItemKey.INODE));
    ItemCursor cursor = cursor(items, number, ItemKey.ATTRIBUTE);
    while (cursor.next()) {
      plan.remove(cursor.key());
    }
    if (kind == FileKind.FILE) {
      plan.removeContent(number);
    }
  }

  /** All items of one kind of an inode. */
  static ItemCursor cursor(Items items, long inode, byte kind) throws IOException {
    return items.cursor(ItemKey.of(inode, kind), ItemKey.of(inode, (byte) (kind + 1)));
  }

  /** Under STRICT, waits for the operation's group commit. The caller holds no lock. */
  void settle() throws IOException {
    if (head.durability() == Durability.STRICT) {
      head.force();
    }
  }
}
