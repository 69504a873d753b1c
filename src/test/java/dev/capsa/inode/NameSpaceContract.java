package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static dev.capsa.inode.InodeException.Reason.ALREADY_EXISTS;
import static dev.capsa.inode.InodeException.Reason.DIRECTORY_NOT_EMPTY;
import static dev.capsa.inode.InodeException.Reason.INTO_ITSELF;
import static dev.capsa.inode.InodeException.Reason.IS_A_DIRECTORY;
import static dev.capsa.inode.InodeException.Reason.NAME_TOO_LONG;
import static dev.capsa.inode.InodeException.Reason.NOT_A_DIRECTORY;
import static dev.capsa.inode.InodeException.Reason.NO_SUCH_FILE;
import static dev.capsa.inode.InodeException.Reason.TOO_MANY_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the operations on names do, over any live head. */
abstract class NameSpaceContract extends TreeTestBase {

  @Test
  void the_root_is_a_directory_and_its_own_parent() throws IOException {
    Inode root = inode(ROOT);
    assertThat(root.kind()).isEqualTo(FileKind.DIRECTORY);
    assertThat(root.mode()).isEqualTo(0755);
    assertThat(root.owner()).isEqualTo("ada");
    assertThat(root.parent()).isEqualTo(ROOT);
    assertThat(root.links()).isEqualTo(1);
    assertThat(names(ROOT)).isEmpty();
  }

  @Test
  void a_second_root_is_refused() {
    assertRefused(
        ALREADY_EXISTS,
        () -> CatalogFileTree.create(rig.head(), rig.content(), clock(), HOW_DIRECTORY));
  }

  @Test
  void a_new_file_is_found_and_has_what_was_asked() throws IOException {
    Inode made = tree.createFile(ROOT, name("a"), new NewFile(04750, "bob", "wheel"));
    Entry entry = tree.lookup(ROOT, name("a"));
    assertThat(entry.inode()).isEqualTo(made.number());
    assertThat(entry.kind()).isEqualTo(FileKind.FILE);
    assertThat(inode(made.number())).isEqualTo(made);
    assertThat(made.mode()).isEqualTo(04750);
    assertThat(made.owner()).isEqualTo("bob");
    assertThat(made.group()).isEqualTo("wheel");
    assertThat(made.size()).isZero();
    assertThat(made.links()).isEqualTo(1);
    assertThat(made.parent()).isEqualTo(ROOT);
    assertThat(made.createdNanos()).isEqualTo(made.modifiedNanos()).isEqualTo(now.get());
    assertThat(made.accessedNanos()).isEqualTo(made.changedNanos()).isEqualTo(now.get());
  }

  @Test
  void a_name_is_given_once() throws IOException {
    file(ROOT, "a");
    tree.createSymbolicLink(ROOT, name("dangling"), name("nowhere"), HOW);
    for (String taken : List.of("a", "dangling")) {
      assertRefused(ALREADY_EXISTS, () -> tree.createFile(ROOT, name(taken), HOW));
      assertRefused(ALREADY_EXISTS, () -> tree.createDirectory(ROOT, name(taken), HOW));
      assertRefused(
          ALREADY_EXISTS, () -> tree.createSymbolicLink(ROOT, name(taken), name("x"), HOW));
      assertRefused(ALREADY_EXISTS, () -> tree.createLink(ROOT, name(taken), find("a")));
    }
  }

  @Test
  void names_that_no_path_can_have_are_refused() throws IOException {
    assertRefused(NAME_TOO_LONG, () -> tree.createFile(ROOT, new byte[256], HOW));
    for (String bad : List.of("", "a/b", "a\0")) {
      assertThatIllegalArgumentException().isThrownBy(() -> tree.createFile(ROOT, name(bad), HOW));
    }
    file(ROOT, "a");
    String longest = "x".repeat(255);
    tree.rename(ROOT, name("a"), ROOT, name(longest), false);
    assertThat(names(ROOT)).containsExactly(longest);
    assertRefused(
        NAME_TOO_LONG, () -> tree.rename(ROOT, name(longest), ROOT, name(longest + "x"), false));
  }

  @Test
  void what_is_no_directory_has_no_entries() throws IOException {
    long a = file(ROOT, "a");
    long link = tree.createSymbolicLink(ROOT, name("l"), name("a"), HOW).number();
    for (long each : new long[] {a, link}) {
      assertThat(tree.lookup(each, name("x"))).isNull();
      assertRefused(NOT_A_DIRECTORY, () -> tree.createFile(each, name("x"), HOW));
      assertRefused(NOT_A_DIRECTORY, () -> tree.createLink(each, name("x"), a));
      assertRefused(NOT_A_DIRECTORY, () -> tree.list(each, null, 1));
      assertRefused(NOT_A_DIRECTORY, () -> tree.remove(each, name("x")));
      assertRefused(NOT_A_DIRECTORY, () -> tree.rename(ROOT, name("a"), each, name("x"), true));
      assertRefused(NOT_A_DIRECTORY, () -> tree.rename(each, name("x"), ROOT, name("b"), true));
    }
  }

  @Test
  void what_does_not_exist_is_no_such_file() throws IOException {
    long a = file(ROOT, "a");
    long none = 999_999;
    assertThat(tree.inode(none)).isNull();
    assertThat(tree.lookup(none, name("x"))).isNull();
    assertThat(tree.lookup(ROOT, name("x"))).isNull();
    assertRefused(NO_SUCH_FILE, () -> tree.list(none, null, 1));
    assertRefused(NO_SUCH_FILE, () -> tree.createFile(none, name("x"), HOW));
    assertRefused(NO_SUCH_FILE, () -> tree.createLink(none, name("x"), a));
    assertRefused(NO_SUCH_FILE, () -> tree.createLink(ROOT, name("x"), none));
    assertRefused(NO_SUCH_FILE, () -> tree.remove(none, name("x")));
    assertRefused(NO_SUCH_FILE, () -> tree.remove(ROOT, name("x")));
    assertRefused(NO_SUCH_FILE, () -> tree.rename(ROOT, name("x"), ROOT, name("y"), true));
    assertRefused(NO_SUCH_FILE, () -> tree.rename(none, name("x"), ROOT, name("y"), true));
    assertRefused(NO_SUCH_FILE, () -> tree.rename(ROOT, name("a"), none, name("y"), true));
    assertRefused(NO_SUCH_FILE, () -> tree.setAttributes(none, AttributeChange.NONE));
    assertRefused(NO_SUCH_FILE, () -> tree.open(none));
    assertRefused(NO_SUCH_FILE, () -> tree.allocatedBytes(none));
  }

  @Test
  void entries_are_listed_in_the_order_of_their_bytes_from_any_name_on() throws IOException {
    for (String each : List.of("b", "é", "a", "aa", "B", "\uD83D\uDE00", "~")) {
      file(ROOT, each);
    }
    assertThat(names(ROOT)).containsExactly("B", "a", "aa", "b", "~", "é", "\uD83D\uDE00");
    assertThat(tree.list(ROOT, name("a"), 2))
        .extracting(entry -> new String(entry.name(), java.nio.charset.StandardCharsets.UTF_8))
        .containsExactly("aa", "b");
    assertThat(tree.list(ROOT, name("not there"), 1).get(0).name()).isEqualTo(name("~"));
    assertThat(tree.list(ROOT, name("\uD83D\uDE00"), 5)).isEmpty();
    assertThat(tree.list(ROOT, null, 0)).isEmpty();
  }

  @Test
  void a_listing_by_pieces_has_each_lasting_entry_once() throws IOException {
    List<String> lasting = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      lasting.add("lasting" + String.format("%03d", i));
      file(ROOT, lasting.get(i));
      file(ROOT, "short" + i);
    }
    List<String> seen = new ArrayList<>();
    byte[] after = null;
    for (int round = 0; ; round++) {
      List<Entry> some = tree.list(ROOT, after, 7);
      if (some.isEmpty()) {
        break;
      }
      some.forEach(entry -> seen.add(new String(entry.name())));
      after = some.get(some.size() - 1).name();
      if (round < 60) {
        tree.remove(ROOT, name("short" + round));
        file(ROOT, "middle" + round);
      }
    }
    assertThat(seen).doesNotHaveDuplicates().containsAll(lasting);
  }

  @Test
  void a_symbolic_link_keeps_its_target_as_it_is() throws IOException {
    for (String target : List.of("../x//./y/", "/abs", "ü", "t".repeat(3072))) {
      Inode link = tree.createSymbolicLink(ROOT, name("l"), name(target), HOW);
      assertThat(link.kind()).isEqualTo(FileKind.LINK);
      assertThat(inode(link.number()).target()).isEqualTo(name(target));
      assertThat(inode(link.number()).size()).isEqualTo(name(target).length);
      assertThat(tree.lookup(ROOT, name("l")).kind()).isEqualTo(FileKind.LINK);
      tree.remove(ROOT, name("l"));
    }
    assertRefused(
        NAME_TOO_LONG, () -> tree.createSymbolicLink(ROOT, name("l"), new byte[3073], HOW));
  }

  @Test
  void removing_tells_what_went() throws IOException {
    long a = file(ROOT, "a");
    long d = directory(ROOT, "d");
    long b = file(d, "b");
    assertRefused(DIRECTORY_NOT_EMPTY, () -> tree.remove(ROOT, name("d")));
    assertThat(tree.remove(ROOT, name("a"))).isEqualTo(a);
    assertThat(tree.remove(d, name("b"))).isEqualTo(b);
    assertThat(tree.remove(ROOT, name("d"))).isEqualTo(d);
    for (long gone : new long[] {a, d, b}) {
      assertThat(tree.inode(gone)).isNull();
    }
    assertThat(names(ROOT)).isEmpty();
    assertThat(file(ROOT, "a")).as("a number is never used again").isGreaterThan(b);
  }

  @Test
  void a_file_lasts_as_long_as_one_of_its_names() throws IOException {
    long d = directory(ROOT, "d");
    long e = directory(ROOT, "e");
    long a = file(ROOT, "a");
    fill(a, "content");
    tree.createLink(d, name("b"), a);
    tree.createLink(d, name("c"), a);
    tree.createLink(e, name("b"), a);
    assertThat(inode(a).links()).isEqualTo(4);
    assertThat(inode(a).parent()).isEqualTo(ROOT);
    tree.remove(ROOT, name("a"));
    assertThat(inode(a).links()).isEqualTo(3);
    assertThat(inode(a).parent()).as("another name is the first now").isEqualTo(d);
    tree.remove(d, name("c"));
    tree.remove(d, name("b"));
    assertThat(inode(a).links()).isEqualTo(1);
    assertThat(inode(a).parent()).isEqualTo(e);
    assertThat(content(a)).isEqualTo("content");
    tree.remove(e, name("b"));
    assertThat(tree.inode(a)).isNull();
  }

  @Test
  void two_names_in_one_directory_go_in_any_order() throws IOException {
    for (List<String> order : List.of(List.of("x", "y"), List.of("y", "x"))) {
      long a = file(ROOT, "x");
      tree.createLink(ROOT, name("y"), a);
      tree.remove(ROOT, name(order.get(0)));
      assertThat(inode(a).links()).isEqualTo(1);
      tree.remove(ROOT, name(order.get(1)));
      assertThat(tree.inode(a)).isNull();
    }
  }

  @Test
  void a_directory_has_one_name_only() throws IOException {
    long d = directory(ROOT, "d");
    assertRefused(IS_A_DIRECTORY, () -> tree.createLink(ROOT, name("e"), d));
    assertRefused(IS_A_DIRECTORY, () -> tree.createLink(d, name("up"), ROOT));
    assertRefused(IS_A_DIRECTORY, () -> tree.open(d));
  }

  @Test
  void a_symbolic_link_can_have_a_further_name() throws IOException {
    long link = tree.createSymbolicLink(ROOT, name("l"), name("t"), HOW).number();
    tree.createLink(ROOT, name("m"), link);
    assertThat(tree.lookup(ROOT, name("m")).kind()).isEqualTo(FileKind.LINK);
    tree.remove(ROOT, name("l"));
    assertThat(inode(link).target()).isEqualTo(name("t"));
  }

  @Test
  void names_of_a_file_are_bounded() throws IOException {
    long a = file(ROOT, "a");
    long d = directory(ROOT, "d");
    for (int i = 1; i < FileTree.MAX_LINKS; i++) {
      tree.createLink(d, name("n" + i), a);
    }
    assertThat(inode(a).links()).isEqualTo(FileTree.MAX_LINKS);
    assertRefused(TOO_MANY_LINKS, () -> tree.createLink(ROOT, name("more"), a));
    tree.remove(ROOT, name("a"));
    tree.createLink(ROOT, name("more"), a);
  }

  @Test
  void a_rename_keeps_the_file() throws IOException {
    long d = directory(ROOT, "d");
    long a = file(ROOT, "a");
    fill(a, "x");
    Inode before = inode(a);
    tree.rename(ROOT, name("a"), d, name("b"), false);
    Inode after = inode(a);
    assertThat(find("a")).isEqualTo(-1);
    assertThat(find("d/b")).isEqualTo(a);
    assertThat(after.parent()).isEqualTo(d);
    assertThat(after.modifiedNanos()).isEqualTo(before.modifiedNanos());
    assertThat(after.changedNanos()).isGreaterThan(before.changedNanos());
    assertThat(content(a)).isEqualTo("x");
  }

  @Test
  void a_rename_onto_an_existing_name_needs_replace() throws IOException {
    long a = file(ROOT, "a");
    long b = file(ROOT, "b");
    assertRefused(ALREADY_EXISTS, () -> tree.rename(ROOT, name("a"), ROOT, name("b"), false));
    assertThat(find("a")).isEqualTo(a);
    assertThat(find("b")).isEqualTo(b);
    tree.rename(ROOT, name("a"), ROOT, name("b"), true);
    assertThat(names(ROOT)).containsExactly("b");
    assertThat(find("b")).isEqualTo(a);
    assertThat(tree.inode(b)).isNull();
  }

  @Test
  void a_rename_replaces_whatever_is_no_full_directory() throws IOException {
    for (FileKind moved : FileKind.values()) {
      for (FileKind replaced : FileKind.values()) {
        long from = make(moved, "from");
        long to = make(replaced, "to");
        tree.rename(ROOT, name("from"), ROOT, name("to"), true);
        assertThat(find("to")).as(moved + " over " + replaced).isEqualTo(from);
        assertThat(tree.lookup(ROOT, name("to")).kind()).isEqualTo(moved);
        assertThat(tree.inode(to)).isNull();
        tree.remove(ROOT, name("to"));
      }
      long from = make(moved, "from");
      long full = directory(ROOT, "to");
      file(full, "x");
      assertRefused(
          DIRECTORY_NOT_EMPTY, () -> tree.rename(ROOT, name("from"), ROOT, name("to"), true));
      assertThat(find("from")).isEqualTo(from);
      tree.remove(full, name("x"));
      tree.remove(ROOT, name("to"));
      tree.remove(ROOT, name("from"));
    }
  }

  private long make(FileKind kind, String name) throws IOException {
    return switch (kind) {
      case FILE -> file(ROOT, name);
      case DIRECTORY -> directory(ROOT, name);
      case LINK -> tree.createSymbolicLink(ROOT, name(name), name("t"), HOW).number();
    };
  }

  @Test
  void a_rename_onto_the_same_file_does_nothing() throws IOException {
    long d = directory(ROOT, "d");
    long a = file(ROOT, "a");
    tree.createLink(d, name("b"), a);
    Inode before = inode(a);
    for (boolean replace : new boolean[] {false, true}) {
      tree.rename(ROOT, name("a"), ROOT, name("a"), replace);
      tree.rename(ROOT, name("a"), d, name("b"), replace);
      tree.rename(ROOT, name("d"), ROOT, name("d"), replace);
    }
    assertThat(inode(a)).isEqualTo(before);
    assertThat(names(ROOT)).containsExactly("a", "d");
    assertThat(find("d/b")).isEqualTo(a);
  }

  @Test
  void each_of_several_names_can_be_renamed() throws IOException {
    long d = directory(ROOT, "d");
    long a = file(ROOT, "a");
    tree.createLink(ROOT, name("b"), a);
    tree.rename(ROOT, name("b"), d, name("further"), false);
    assertThat(inode(a).parent()).isEqualTo(ROOT);
    tree.rename(ROOT, name("a"), d, name("first"), false);
    assertThat(inode(a).parent()).isEqualTo(d);
    file(ROOT, "c");
    tree.rename(ROOT, name("c"), d, name("further"), true);
    assertThat(inode(a).links()).isEqualTo(1);
    assertThat(find("d/first")).isEqualTo(a);
  }

  @Test
  void a_directory_moves_with_all_it_has() throws IOException {
    long d = directory(ROOT, "d");
    long e = directory(d, "e");
    file(e, "a");
    directory(ROOT, "f");
    tree.rename(ROOT, name("d"), find("f"), name("g"), false);
    assertThat(find("f/g/e/a")).isPositive();
    assertThat(inode(d).parent()).isEqualTo(find("f"));
    tree.rename(find("f/g"), name("e"), ROOT, name("e"), false);
    assertThat(find("e/a")).isPositive();
  }

  @Test
  void a_directory_does_not_move_below_itself() throws IOException {
    long d = directory(ROOT, "d");
    long e = directory(d, "e");
    long f = directory(e, "f");
    for (long below : new long[] {d, e, f}) {
      for (boolean replace : new boolean[] {false, true}) {
        assertRefused(INTO_ITSELF, () -> tree.rename(ROOT, name("d"), below, name("x"), replace));
      }
    }
    assertThat(find("d/e/f")).isEqualTo(f);
  }

  @Test
  void a_directory_does_not_replace_what_it_lies_in() throws IOException {
    long d = directory(ROOT, "d");
    directory(d, "e");
    assertRefused(DIRECTORY_NOT_EMPTY, () -> tree.rename(d, name("e"), ROOT, name("d"), true));
  }

  @Test
  void a_change_of_entries_shows_in_the_times_of_the_directory() throws IOException {
    long d = directory(ROOT, "d");
    long other = directory(ROOT, "other");
    long a = file(ROOT, "a");
    touches(d, () -> file(d, "x"));
    touches(d, () -> directory(d, "sub"));
    touches(d, () -> tree.createSymbolicLink(d, name("l"), name("t"), HOW));
    touches(d, () -> tree.createLink(d, name("h"), a));
    touches(d, () -> tree.remove(d, name("h")));
    touches(d, () -> tree.rename(d, name("x"), d, name("y"), false));
    touches(d, () -> tree.rename(d, name("y"), other, name("y"), false));
    touches(other, () -> tree.rename(other, name("y"), d, name("y"), false));
    touches(d, () -> tree.rename(ROOT, name("a"), d, name("y"), true));
    Inode before = inode(d);
    fill(find("d/y"), "text");
    assertRefused(ALREADY_EXISTS, () -> file(d, "y"));
    assertThat(inode(d)).isEqualTo(before);
  }

  private interface Operation {
    void run() throws IOException;
  }

  private void touches(long directory, Operation operation) throws IOException {
    Inode before = inode(directory);
    operation.run();
    Inode after = inode(directory);
    assertThat(after.modifiedNanos()).isGreaterThan(before.modifiedNanos());
    assertThat(after.changedNanos()).isEqualTo(after.modifiedNanos());
    assertThat(after.createdNanos()).isEqualTo(before.createdNanos());
  }

  @Test
  void a_change_of_links_shows_in_the_time_of_change() throws IOException {
    long a = file(ROOT, "a");
    long before = inode(a).changedNanos();
    tree.createLink(ROOT, name("b"), a);
    long linked = inode(a).changedNanos();
    tree.remove(ROOT, name("a"));
    assertThat(linked).isGreaterThan(before);
    assertThat(inode(a).changedNanos()).isGreaterThan(linked);
    assertThat(inode(a).modifiedNanos()).isEqualTo(before);
  }

  @Test
  void all_is_there_after_a_crash_once_forced() throws IOException {
    long d = directory(ROOT, "d");
    long a = file(d, "a");
    fill(a, "text");
    tree.createLink(ROOT, name("b"), a);
    tree.setAttribute(a, name("k"), name("v"));
    Inode before = inode(a);
    tree.force();
    crash();
    assertThat(inode(a)).isEqualTo(before);
    assertThat(find("d/a")).isEqualTo(find("b")).isEqualTo(a);
    assertThat(content(a)).isEqualTo("text");
    assertThat(tree.attribute(a, name("k"))).isEqualTo(name("v"));
    assertThat(file(ROOT, "new")).isGreaterThan(a);
  }
}
