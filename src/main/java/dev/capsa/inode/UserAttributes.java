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
 * User attributes. A value above 2 KiB lies in two parts, since an item is bounded; both carry a
 * stamp that is used once in a container. So a reader, who takes no lock and sees items one by one,
 * notices that the parts are of two values, and reads again. Safe for many threads.
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
        byte[] secondKey = Keys.attribute(inode, name, 1);
        byte[] firstKey = Keys.attribute(inode, name, 0);
        if (value.length > PART_BYTES) {
          long stamp = catalog.head.newInode();
          int rest = value.length - PART_BYTES;
          plan.put(
              secondKey, new ByteWriter().varint(stamp).raw(value, PART_BYTES, rest).toArray());
          plan.put(firstKey, new ByteWriter().varint(stamp).raw(value, 0, PART_BYTES).toArray());
        } else {
          plan.put(firstKey, new ByteWriter().varint(0).raw(value).toArray());
          if (view.get(secondKey) != null) {
            plan.remove(secondKey);
          }
        }
      }
      catalog.head.change(plan);
    }
  }

  void remove(long inode, byte[] name) throws IOException {
    Plan plan = new Plan();
    try (Held held = catalog.locks.lock(inode)) {
      try (View view = catalog.head.view()) {
        Inode owner = catalog.require(view, inode);
        byte[] firstKey = Keys.attribute(inode, name, 0);
        if (view.get(firstKey) == null) {
          throw new InodeException(
              NO_SUCH_ATTRIBUTE, "inode " + inode + " has no attribute '" + Names.text(name) + "'");
        }
        plan.remove(firstKey);
        plan.remove(Keys.attribute(inode, name, 1));
        putChanged(plan, owner);
      }
      catalog.head.change(plan);
    }
  }

  private void putChanged(Plan plan, Inode owner) throws IOException {
    catalog.put(plan, owner.renamed(owner.links(), owner.parent(), catalog.time.nanos()));
  }

  /** The whole value; null if its second part belongs to another one. */
  private static byte @Nullable [] assemble(Items items, long inode, byte[] name, byte[] first)
      throws IOException {
    ByteReader reader = new ByteReader(first);
    long stamp = reader.varint();
    byte[] start = reader.rest();
    if (stamp == 0) {
      return start;
    }
    byte[] second = items.get(Keys.attribute(inode, name, 1));
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
