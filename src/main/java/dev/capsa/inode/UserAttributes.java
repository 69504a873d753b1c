package dev.capsa.inode;

import static dev.capsa.inode.InodeException.Reason.NAME_TOO_LONG;
import static dev.capsa.inode.InodeException.Reason.NO_SUCH_ATTRIBUTE;
import static dev.capsa.inode.InodeException.Reason.TOO_LARGE;

import dev.capsa.CapsaCorruptException;
import dev.capsa.inode.InodeLocks.Held;
import dev.capsa.repo.View;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * User attributes. A value above 2 KiB lies in two parts, since an item is bounded.
 *
 * <p>A reader takes no lock and sees items one by one. So a rest is never overwritten: the first
 * part states a stamp, used once in a container, and in which of two places the rest with this
 * stamp lies; a new rest goes to the other place, then the first part changes, then the old rest
 * goes. Who does not find the rest of a first part finds another first part when it looks again.
 * Safe for many threads.
 */
final class UserAttributes {
  /** Most bytes of a value in one item. */
  static final int PART_BYTES = 2048;

  private final Catalog catalog;

  UserAttributes(Catalog catalog) {
    this.catalog = catalog;
  }

  List<byte[]> names(long inode) throws IOException {
    try (View view = catalog.head.view()) {
      catalog.require(view, inode);
      List<byte[]> names = new ArrayList<>();
      ItemCursor cursor = Catalog.cursor(view, inode, ItemKey.ATTRIBUTE);
      while (cursor.next()) {
        byte[] tail = ItemKey.tail(cursor.key());
        if (tail.length > 0 && tail[tail.length - 1] == 0) {
          names.add(Arrays.copyOf(tail, tail.length - 1));
        }
      }
      return names;
    }
  }

  byte @Nullable [] get(long inode, byte[] name) throws IOException {
    byte[] before = null;
    while (true) {
      try (View view = catalog.head.view()) {
        byte[] first = view.get(Keys.attribute(inode, name, 0));
        if (first == null) {
          catalog.require(view, inode);
          return null;
        }
        byte[] value = assemble(view, inode, name, first);
        if (value != null) {
          return value;
        }
        if (Arrays.equals(before, first)) {
          throw new CapsaCorruptException(
              "inode "
                  + inode
                  + ": the parts of the attribute '"
                  + Names.text(name)
                  + "' do not belong together");
        }
        before = first;
      }
    }
  }

  void set(long inode, byte[] name, byte[] value) throws IOException {
    check(name, value);
    Plan plan = new Plan();
    try (Held held = catalog.locks.lock(inode)) {
      try (View view = catalog.head.view()) {
        putChanged(plan, catalog.require(view, inode));
        byte[] before = view.get(Keys.attribute(inode, name, 0));
        put(plan, inode, name, value, before == null ? 0 : restPlace(stamp(before)));
      }
      catalog.head.change(plan);
    }
  }

  /** Plans an attribute of an inode that has none of this name, as it is not made yet. */
  void plan(Plan plan, long inode, byte[] name, byte[] value) {
    put(plan, inode, name, value, 0);
  }

  /**
   * Plans to set an attribute.
   *
   * @param oldPlace the part that has the rest of the present value; 0: none
   */
  private void put(Plan plan, long inode, byte[] name, byte[] value, int oldPlace) {
    int size = Math.min(PART_BYTES, value.length);
    long stamp = 0;
    if (value.length > size) {
      stamp = catalog.head.newInode() << 1 | (oldPlace == 1 ? 1 : 0);
      plan.put(
          Keys.attribute(inode, name, restPlace(stamp)),
          new ByteWriter().varint(stamp).raw(value, size, value.length - size).toArray());
    }
    plan.put(
        Keys.attribute(inode, name, 0),
        new ByteWriter().varint(stamp).raw(value, 0, size).toArray());
    if (oldPlace != 0) {
      plan.remove(Keys.attribute(inode, name, oldPlace));
    }
  }

  void remove(long inode, byte[] name) throws IOException {
    Plan plan = new Plan();
    try (Held held = catalog.locks.lock(inode)) {
      try (View view = catalog.head.view()) {
        Inode owner = catalog.require(view, inode);
        byte[] firstKey = Keys.attribute(inode, name, 0);
        byte[] first = view.get(firstKey);
        if (first == null) {
          throw new InodeException(
              NO_SUCH_ATTRIBUTE, "inode " + inode + " has no attribute '" + Names.text(name) + "'");
        }
        plan.remove(firstKey);
        int place = restPlace(stamp(first));
        if (place != 0) {
          plan.remove(Keys.attribute(inode, name, place));
        }
        putChanged(plan, owner);
      }
      catalog.head.change(plan);
    }
  }

  private void putChanged(Plan plan, Inode owner) throws IOException {
    catalog.put(plan, owner.renamed(owner.links(), owner.parent(), catalog.time.nanos()));
  }

  /** The stamp of a part. */
  static long stamp(byte[] part) throws CapsaCorruptException {
    return new ByteReader(part).varint();
  }

  /** The number of the part that has the rest: 1 or 2; 0 if there is none. */
  static int restPlace(long stamp) {
    return stamp == 0 ? 0 : 1 + (int) (stamp & 1);
  }

  /** The whole value; null if its rest is not there, because the value has changed. */
  private static byte @Nullable [] assemble(Items items, long inode, byte[] name, byte[] first)
      throws IOException {
    ByteReader reader = new ByteReader(first);
    long stamp = reader.varint();
    byte[] start = reader.rest();
    if (stamp == 0) {
      return start;
    }
    byte[] second = items.get(Keys.attribute(inode, name, restPlace(stamp)));
    if (second == null) {
      return null;
    }
    ByteReader rest = new ByteReader(second);
    return rest.varint() == stamp ? new ByteWriter().raw(start).raw(rest.rest()).toArray() : null;
  }

  private static void check(byte[] name, byte[] value) throws InodeException {
    if (name.length == 0) {
      throw new IllegalArgumentException("an empty name of an attribute");
    }
    if (name.length > FileTree.MAX_NAME_BYTES) {
      throw new InodeException(
          NAME_TOO_LONG,
          "a name of " + name.length + " bytes, at most 255 are possible: " + Names.text(name));
    }
    if (value.length > FileTree.MAX_ATTRIBUTE_BYTES) {
      throw new InodeException(
          TOO_LARGE,
          "'" + Names.text(name) + "' of " + value.length + " bytes, at most 4096 are possible");
    }
  }
}
