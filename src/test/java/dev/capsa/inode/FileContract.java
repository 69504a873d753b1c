package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static dev.capsa.inode.InodeException.Reason.NAME_TOO_LONG;
import static dev.capsa.inode.InodeException.Reason.NO_SUCH_ATTRIBUTE;
import static dev.capsa.inode.InodeException.Reason.NO_SUCH_FILE;
import static dev.capsa.inode.InodeException.Reason.TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.capsa.inode.FileTree.FileHandle;
import dev.capsa.repo.View;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What attributes, content and open files do, over any live head. */
abstract class FileContract extends TreeTestBase {

  @Test
  void attributes_are_set_together_and_null_leaves_one() throws IOException {
    long a = file(ROOT, "a");
    Inode before = inode(a);
    Inode after =
        tree.setAttributes(a, new AttributeChange(0600, "bob", null, 5L, Long.MIN_VALUE, null));
    assertThat(inode(a)).isEqualTo(after);
    assertThat(after.mode()).isEqualTo(0600);
    assertThat(after.owner()).isEqualTo("bob");
    assertThat(after.group()).isEqualTo("staff");
    assertThat(after.modifiedNanos()).isEqualTo(5);
    assertThat(after.accessedNanos()).isEqualTo(Long.MIN_VALUE);
    assertThat(after.createdNanos()).isEqualTo(before.createdNanos());
    assertThat(after.changedNanos()).isGreaterThan(before.changedNanos());
    tree.setAttributes(
        a, new AttributeChange(null, null, "wheel", null, Long.MAX_VALUE, Long.MIN_VALUE));
    assertThat(inode(a).createdNanos()).isEqualTo(Long.MIN_VALUE);
    assertThat(inode(a).accessedNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(inode(a).modifiedNanos()).isEqualTo(5);
    assertThat(inode(a).owner()).isEqualTo("bob");
    assertThat(inode(a).group()).isEqualTo("wheel");
  }

  @Test
  void nothing_to_set_changes_nothing() throws IOException {
    long a = file(ROOT, "a");
    Inode before = inode(a);
    assertThat(tree.setAttributes(a, AttributeChange.NONE)).isEqualTo(before);
    assertThat(inode(a)).isEqualTo(before);
  }

  @Test
  void attributes_that_cannot_be_are_refused() throws IOException {
    long a = file(ROOT, "a");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> tree.setAttributes(a, new AttributeChange(010000, null, null, null, null, null)));
    assertRefused(
        NAME_TOO_LONG,
        () ->
            tree.setAttributes(
                a, new AttributeChange(null, "x".repeat(256), null, null, null, null)));
  }

  @Test
  void user_attributes_are_kept_by_name() throws IOException {
    for (long each : new long[] {file(ROOT, "a"), directory(ROOT, "d"), ROOT}) {
      assertThat(tree.attributeNames(each)).isEmpty();
      assertThat(tree.attribute(each, name("k"))).isNull();
      tree.setAttribute(each, name("k"), name("value"));
      tree.setAttribute(each, name("empty"), new byte[0]);
      tree.setAttribute(each, name("n".repeat(255)), name("v"));
      assertThat(tree.attribute(each, name("k"))).isEqualTo(name("value"));
      assertThat(tree.attribute(each, name("empty"))).isEmpty();
      assertThat(tree.attributeNames(each))
          .containsExactlyInAnyOrder(name("k"), name("empty"), name("n".repeat(255)));
      tree.removeAttribute(each, name("k"));
      assertThat(tree.attribute(each, name("k"))).isNull();
      assertRefused(NO_SUCH_ATTRIBUTE, () -> tree.removeAttribute(each, name("k")));
    }
    assertRefused(NO_SUCH_FILE, () -> tree.attributeNames(999_999));
    assertRefused(NO_SUCH_FILE, () -> tree.attribute(999_999, name("k")));
    assertRefused(NO_SUCH_FILE, () -> tree.setAttribute(999_999, name("k"), name("v")));
    assertRefused(NO_SUCH_FILE, () -> tree.removeAttribute(999_999, name("k")));
  }

  @Test
  void a_user_attribute_may_have_4096_bytes_and_change_its_length() throws IOException {
    long a = file(ROOT, "a");
    Random random = new Random(7);
    for (int length : new int[] {0, 2047, 2048, 2049, 4095, 4096, 10, 4096, 2048, 3000, 0}) {
      byte[] value = new byte[length];
      random.nextBytes(value);
      tree.setAttribute(a, name("k"), value);
      assertThat(tree.attribute(a, name("k"))).isEqualTo(value);
      assertThat(tree.attributeNames(a)).containsExactly(name("k"));
    }
    assertRefused(TOO_LARGE, () -> tree.setAttribute(a, name("k"), new byte[4097]));
    assertRefused(NAME_TOO_LONG, () -> tree.setAttribute(a, new byte[256], new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tree.setAttribute(a, new byte[0], new byte[0]));
    tree.setAttribute(a, name("k"), new byte[4096]);
    tree.removeAttribute(a, name("k"));
    assertThat(itemsOf(a)).isEqualTo(1);
  }

  @Test
  void names_of_user_attributes_may_have_any_bytes() throws IOException {
    long a = file(ROOT, "a");
    for (String each : List.of("k", "k\0", "k\1", "k\0\0", "k\0\1")) {
      byte[] value = (each + "x".repeat(3000)).getBytes();
      tree.setAttribute(a, name(each), value);
    }
    for (String each : List.of("k", "k\0", "k\1", "k\0\0", "k\0\1")) {
      assertThat(tree.attribute(a, name(each)))
          .startsWith(name(each))
          .hasSize(3000 + each.length());
    }
    assertThat(tree.attributeNames(a)).hasSize(5);
  }

  @Test
  void a_change_of_a_user_attribute_shows_in_the_time_of_change_alone() throws IOException {
    long a = file(ROOT, "a");
    Inode before = inode(a);
    tree.setAttribute(a, name("k"), name("v"));
    Inode set = inode(a);
    assertThat(set.changedNanos()).isGreaterThan(before.changedNanos());
    assertThat(set.modifiedNanos()).isEqualTo(before.modifiedNanos());
    tree.removeAttribute(a, name("k"));
    assertThat(inode(a).changedNanos()).isGreaterThan(set.changedNanos());
  }

  @Test
  void nothing_is_left_of_what_was_removed() throws IOException {
    long d = directory(ROOT, "d");
    tree.setAttribute(d, name("k"), new byte[4096]);
    long a = file(ROOT, "a");
    tree.setAttribute(a, name("k"), new byte[4096]);
    fill(a, "text");
    tree.remove(ROOT, name("a"));
    tree.remove(ROOT, name("d"));
    assertThat(itemsOf(a)).isZero();
    assertThat(itemsOf(d)).isZero();
  }

  /** Items of an inode, once what was removed is committed. */
  int itemsOf(long inode) throws IOException {
    int count = 0;
    tree.force();
    try (View view = rig.head().view()) {
      ItemCursor cursor = view.cursor(ItemKey.of(inode, (byte) 0), ItemKey.of(inode, (byte) 127));
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  @Test
  void what_was_written_is_read() throws IOException {
    long a = file(ROOT, "a");
    try (FileHandle handle = tree.open(a)) {
      assertThat(handle.inode()).isEqualTo(a);
      assertThat(handle.size()).isZero();
      assertThat(handle.read(0, ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(handle.write(0, buffer("hello"))).isEqualTo(5);
      assertThat(handle.write(10, buffer("world"))).isEqualTo(5);
      assertThat(content(handle)).isEqualTo("hello\0\0\0\0\0world");
      assertThat(handle.write(3, buffer("LO "))).isEqualTo(3);
      assertThat(content(handle)).isEqualTo("helLO \0\0\0\0world");
      ByteBuffer two = ByteBuffer.allocate(2);
      assertThat(handle.read(4, two)).isEqualTo(2);
      assertThat(two.array()).isEqualTo(name("O "));
      assertThat(handle.read(14, ByteBuffer.allocate(9))).isEqualTo(1);
      assertThat(handle.read(15, ByteBuffer.allocate(9))).isEqualTo(-1);
      assertThat(handle.read(Long.MAX_VALUE, ByteBuffer.allocate(9))).isEqualTo(-1);
      assertThat(handle.read(15, ByteBuffer.allocate(0))).isZero();
      assertThat(inode(a).size()).isEqualTo(15);
    }
    assertThat(content(a)).isEqualTo("helLO \0\0\0\0world");
  }

  @Test
  void a_read_at_the_end_leaves_the_limit_of_the_buffer() throws IOException {
    long a = file(ROOT, "a");
    fill(a, "hello");
    try (FileHandle handle = tree.open(a)) {
      ByteBuffer bytes = ByteBuffer.allocate(20).position(3).limit(15);
      assertThat(handle.read(2, bytes)).isEqualTo(3);
      assertThat(bytes.position()).isEqualTo(6);
      assertThat(bytes.limit()).isEqualTo(15);
    }
  }

  @Test
  void a_write_of_nothing_changes_nothing() throws IOException {
    long a = file(ROOT, "a");
    Inode before = inode(a);
    try (FileHandle handle = tree.open(a)) {
      assertThat(handle.write(500, ByteBuffer.allocate(0))).isZero();
      assertThat(handle.append(ByteBuffer.allocate(0))).isZero();
      handle.truncate(0);
    }
    assertThat(inode(a)).isEqualTo(before);
  }

  @Test
  void a_change_of_content_shows_in_the_times() throws IOException {
    long a = file(ROOT, "a");
    try (FileHandle handle = tree.open(a)) {
      Inode before = inode(a);
      handle.write(0, buffer("x"));
      Inode written = inode(a);
      assertThat(written.modifiedNanos()).isGreaterThan(before.modifiedNanos());
      assertThat(written.changedNanos()).isEqualTo(written.modifiedNanos());
      assertThat(written.accessedNanos()).isEqualTo(before.accessedNanos());
      handle.append(buffer("y"));
      Inode appended = inode(a);
      assertThat(appended.modifiedNanos()).isGreaterThan(written.modifiedNanos());
      handle.truncate(1);
      Inode cut = inode(a);
      assertThat(cut.modifiedNanos()).isGreaterThan(appended.modifiedNanos());
      content(handle);
      assertThat(inode(a)).isEqualTo(cut);
    }
  }

  @Test
  void a_file_is_cut_and_extended() throws IOException {
    long a = file(ROOT, "a");
    try (FileHandle handle = tree.open(a)) {
      handle.write(0, buffer("hello world"));
      handle.truncate(5);
      assertThat(content(handle)).isEqualTo("hello");
      handle.truncate(8);
      assertThat(content(handle)).isEqualTo("hello\0\0\0");
      handle.truncate(0);
      assertThat(handle.size()).isZero();
      handle.truncate(3);
      assertThat(content(handle)).isEqualTo("\0\0\0");
    }
  }

  @Test
  void a_large_write_goes_in_steps() throws IOException {
    byte[] bytes = new byte[(3 << 20) + 123];
    new Random(11).nextBytes(bytes);
    long a = file(ROOT, "a");
    try (FileHandle handle = tree.open(a)) {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      assertThat(handle.write(77, source)).isEqualTo(bytes.length);
      assertThat(source.remaining()).isZero();
      assertThat(handle.append(ByteBuffer.wrap(bytes))).isEqualTo(77 + bytes.length);
      assertThat(handle.size()).isEqualTo(77 + 2 * bytes.length);
      for (long at : new long[] {77, 77 + bytes.length}) {
        ByteBuffer back = ByteBuffer.allocate(bytes.length);
        assertThat(handle.read(at, back)).isEqualTo(bytes.length);
        assertThat(back.array()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void a_file_that_would_be_too_large_is_refused() throws IOException {
    long a = file(ROOT, "a");
    try (FileHandle handle = tree.open(a)) {
      for (long at : new long[] {FileTree.MAX_FILE_BYTES, Long.MAX_VALUE}) {
        assertRefused(TOO_LARGE, () -> handle.write(at, buffer("x")));
      }
      assertRefused(TOO_LARGE, () -> handle.truncate(FileTree.MAX_FILE_BYTES + 1));
      assertThat(handle.size()).isZero();
      handle.write(FileTree.MAX_FILE_BYTES - 1, buffer("x"));
      assertThat(handle.size()).isEqualTo(FileTree.MAX_FILE_BYTES);
      assertRefused(TOO_LARGE, () -> handle.append(buffer("x")));
      assertThatIllegalArgumentException().isThrownBy(() -> handle.write(-1, buffer("x")));
      assertThatIllegalArgumentException().isThrownBy(() -> handle.read(-1, buffer("x")));
      assertThatIllegalArgumentException().isThrownBy(() -> handle.truncate(-1));
      handle.truncate(0);
    }
  }

  @Test
  void a_closed_handle_refuses_everything() throws IOException {
    long a = file(ROOT, "a");
    FileHandle handle = tree.open(a);
    handle.close();
    handle.close();
    List<ThrowingCallable> calls =
        List.of(
            handle::size,
            handle::force,
            () -> handle.read(0, ByteBuffer.allocate(1)),
            () -> handle.write(0, buffer("x")),
            () -> handle.append(buffer("x")),
            () -> handle.truncate(0));
    for (ThrowingCallable call : calls) {
      assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(call);
    }
    assertThat(inode(a).size()).isZero();
  }

  @Test
  void an_open_file_outlives_its_last_name() throws IOException {
    long a = file(ROOT, "a");
    tree.setAttribute(a, name("k"), name("v"));
    FileHandle first = tree.open(a);
    FileHandle second = tree.open(a);
    first.write(0, buffer("hello"));
    tree.remove(ROOT, name("a"));
    assertThat(inode(a).links()).isZero();
    assertThat(content(second)).isEqualTo("hello");
    second.write(5, buffer(" world"));
    first.close();
    assertThat(content(second)).isEqualTo("hello world");
    assertThat(tree.attribute(a, name("k"))).isEqualTo(name("v"));
    assertRefused(NO_SUCH_FILE, () -> tree.createLink(ROOT, name("b"), a));
    assertRefused(NO_SUCH_FILE, () -> tree.open(a));
    assertThat(file(ROOT, "a")).isNotEqualTo(a);
    assertThat(itemsOf(0)).as("an orphan and a profile").isEqualTo(3);
    second.close();
    assertThat(tree.inode(a)).isNull();
    assertThat(itemsOf(a)).isZero();
  }

  @Test
  void a_replaced_open_file_stays_readable() throws IOException {
    long a = file(ROOT, "a");
    fill(a, "old");
    try (FileHandle old = tree.open(a)) {
      fill(file(ROOT, "b"), "new");
      tree.rename(ROOT, name("b"), ROOT, name("a"), true);
      assertThat(content(old)).isEqualTo("old");
      assertThat(content(find("a"))).isEqualTo("new");
    }
    assertThat(tree.inode(a)).isNull();
  }

  @Test
  void the_next_opening_clears_what_a_crash_left_without_a_name() throws IOException {
    long a = file(ROOT, "a");
    tree.setAttribute(a, name("k"), new byte[4096]);
    fill(a, "text");
    long b = file(ROOT, "b");
    tree.open(a);
    tree.open(b);
    tree.remove(ROOT, name("a"));
    tree.remove(ROOT, name("b"));
    tree.force();
    Rig left = rig.crash();
    CatalogFileTree reader = CatalogFileTree.openReadOnly(left.head(), left.content(), clock());
    assertThat(reader.inode(a)).as("reading clears nothing").isNotNull();
    left.close();
    crash();
    finishRemovals();
    assertThat(tree.inode(a)).isNull();
    assertThat(itemsOf(a)).isZero();
    assertThat(tree.inode(b)).isNull();
  }

  @Test
  void closing_the_tree_clears_what_has_no_name() throws IOException {
    long a = file(ROOT, "a");
    FileHandle forgotten = tree.open(a);
    forgotten.write(0, buffer("x"));
    tree.remove(ROOT, name("a"));
    tree.close();
    finishRemovals();
    assertThat(itemsOf(a)).isZero();
    assertRefused(NO_SUCH_FILE, forgotten::size);
    forgotten.close();
  }

  @Test
  void allocated_bytes_follow_the_content() throws IOException {
    long a = file(ROOT, "a");
    assertThat(tree.allocatedBytes(a)).isZero();
    assertThat(tree.allocatedBytes(ROOT)).isZero();
    try (FileHandle handle = tree.open(a)) {
      handle.write(0, ByteBuffer.allocate(100_000));
    }
    tree.force();
    assertThat(tree.allocatedBytes(a)).isBetween(100_000L, 110_000L);
  }
}
