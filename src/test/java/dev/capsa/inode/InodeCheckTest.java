package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.repo.View;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault, planted in a small tree, is found, with its place. */
class InodeCheckTest {
  private static final NewFile HOW = new NewFile(0644, "ada", "staff");
  private static final byte[] NOTHING = new byte[0];

  private final MapHead head = new MapHead();
  private long d;
  private long e;
  private long a;
  private long b;
  private long link;

  /** /d/e, /d/a which is /b too, /d/e/link, and an orphan. */
  @BeforeEach
  void makeTree() throws IOException {
    CatalogFileTree tree = CatalogFileTree.create(head, head, TimeSource.system(), HOW);
    d = tree.createDirectory(ROOT, name("d"), HOW).number();
    e = tree.createDirectory(d, name("e"), HOW).number();
    a = tree.createFile(d, name("a"), HOW).number();
    tree.createLink(ROOT, name("b"), a);
    b = tree.createFile(d, name("c"), HOW).number();
    link = tree.createSymbolicLink(e, name("link"), name("t"), HOW).number();
    long orphan = tree.createFile(d, name("o"), HOW).number();
    tree.open(orphan);
    tree.remove(d, name("o"));
    tree.setAttribute(a, name("k"), new byte[3000]);
    assertThat(faults()).isEmpty();
  }

  @Test
  void an_entry_without_an_inode() throws IOException {
    plant(entry(d, "x"), EntryCodec.encode(777, FileKind.FILE));
    assertThat(faults()).containsExactly("/d/x: names inode 777, which does not exist");
  }

  @Test
  void an_inode_that_was_lost() throws IOException {
    plant(inode(link), null);
    assertThat(faults())
        .containsExactly("/d/e/link: names inode " + link + ", which does not exist");
  }

  @Test
  void an_entry_of_another_kind() throws IOException {
    plant(entry(d, "c"), EntryCodec.encode(b, FileKind.LINK));
    assertThat(faults())
        .containsExactly("/d/c: is stated as a LINK, but inode " + b + " is a FILE");
  }

  @Test
  void a_wrong_number_of_links() throws IOException {
    change(a, inode -> inode.renamed(3, inode.parent(), 1));
    assertThat(faults()).containsExactly("/d/a (inode " + a + "): states 3 links, but has 2");
  }

  @Test
  void an_entry_too_many() throws IOException {
    plant(entry(d, "more"), EntryCodec.encode(b, FileKind.FILE));
    assertThat(faults()).containsExactly("/d/c (inode " + b + "): states 1 links, but has 2");
  }

  @Test
  void a_further_name_that_the_file_does_not_know() throws IOException {
    plant(Keys.parent(a, ROOT, name("b")), null);
    assertThat(faults())
        .containsExactly("/d/a (inode " + a + "): has 2 names, but states 0 further ones");
  }

  @Test
  void a_further_name_without_an_entry() throws IOException {
    plant(Keys.parent(b, d, name("ghost")), NOTHING);
    assertThat(faults())
        .containsExactly(
            "/d/ghost: is stated as a further name of inode " + b + ", but no such entry names it");
  }

  @Test
  void a_further_name_whose_entry_names_another_file() throws IOException {
    plant(Keys.parent(b, d, name("a")), NOTHING);
    assertThat(faults()).hasSize(1).first().asString().startsWith("/d/a: is stated as a further");
  }

  @Test
  void a_file_that_nobody_names() throws IOException {
    plant(entry(d, "c"), null);
    assertThat(faults())
        .containsExactly(
            "inode " + b + ": a FILE that no entry names, and no orphan; it states 1 links");
  }

  @Test
  void a_directory_that_nobody_names() throws IOException {
    plant(entry(d, "e"), null);
    assertThat(faults())
        .containsExactly(
            "inode " + e + ": a DIRECTORY that no entry names, and no orphan; it states 1 links");
  }

  @Test
  void a_directory_with_two_parents() throws IOException {
    plant(entry(ROOT, "e2"), EntryCodec.encode(e, FileKind.DIRECTORY));
    assertThat(faults()).containsExactly("/d/e (inode " + e + "): a directory with 2 parents");
  }

  @Test
  void directories_in_a_cycle() throws IOException {
    plant(entry(ROOT, "d"), null);
    plant(entry(e, "d"), EntryCodec.encode(d, FileKind.DIRECTORY));
    change(d, inode -> inode.renamed(1, e, 1));
    assertThat(faults())
        .containsExactly("inode " + d + ": a directory in a cycle: no way leads up to the root");
  }

  @Test
  void a_wrong_parent() throws IOException {
    change(link, inode -> inode.renamed(1, d, 1));
    assertThat(faults())
        .containsExactly("inode " + link + ": states the parent " + d + ", but lies in " + e);
  }

  @Test
  void a_wrong_parent_of_a_file_with_two_names() throws IOException {
    change(a, inode -> inode.renamed(2, e, 1));
    assertThat(faults())
        .containsExactly("inode " + a + ": states the parent " + e + ", but lies in " + d);
  }

  @Test
  void an_orphan_that_does_not_exist() throws IOException {
    plant(ItemKey.of(0, ItemKey.ORPHAN, 555), NOTHING);
    assertThat(faults()).containsExactly("inode 555: is stated as an orphan, but does not exist");
  }

  @Test
  void an_orphan_with_a_name() throws IOException {
    plant(ItemKey.of(0, ItemKey.ORPHAN, b), NOTHING);
    assertThat(faults())
        .containsExactly("/d/c (inode " + b + "): an orphan with 1 names, stated 1");
  }

  @Test
  void content_of_a_directory_or_link() throws IOException {
    plant(ItemKey.of(e, ItemKey.CONTENT), NOTHING);
    plant(ItemKey.of(link, ItemKey.EXTENT, 0), NOTHING);
    assertThat(faults())
        .containsExactly(
            "/d/e (inode " + e + "): a DIRECTORY with content",
            "/d/e/link (inode " + link + "): a LINK with content");
  }

  @Test
  void content_beyond_the_size() throws IOException {
    change(b, inode -> inode.written(4097, 1));
    plant(ItemKey.of(b, ItemKey.EXTENT, 0), NOTHING);
    plant(ItemKey.of(b, ItemKey.EXTENT, 1), NOTHING);
    assertThat(faults()).isEmpty();
    plant(ItemKey.of(b, ItemKey.CHAIN, 2), NOTHING);
    assertThat(faults())
        .containsExactly(
            "/d/c (inode " + b + "): content at block 2, beyond the size of 4097 bytes");
  }

  @Test
  void items_without_an_inode() throws IOException {
    plant(ItemKey.of(888, ItemKey.CONTENT), NOTHING);
    plant(ItemKey.of(888, ItemKey.EXTENT, 3), NOTHING);
    assertThat(faults()).containsExactly("inode 888: has items, but does not exist");
  }

  @Test
  void items_of_unknown_kinds() throws IOException {
    plant(ItemKey.of(b, (byte) 99), NOTHING);
    plant(ItemKey.of(0, ItemKey.INODE), NOTHING);
    plant(new byte[] {1, 2}, NOTHING);
    assertThat(faults())
        .containsExactlyInAnyOrder(
            "inode " + b + ": an item of the unknown kind 99",
            "the catalog: an item of the unknown kind 1",
            "the catalog: a key of 2 bytes that is of no inode");
  }

  @Test
  void items_that_cannot_be_read() throws IOException {
    plant(inode(b), new byte[] {(byte) 0x80});
    plant(entry(d, "c"), new byte[] {3});
    plant(ItemKey.of(0, ItemKey.PROFILE, 9), NOTHING);
    assertThat(faults())
        .hasSize(3)
        .allMatch(fault -> fault.contains("cannot be read"))
        .anyMatch(fault -> fault.startsWith("inode " + b + ":"))
        .anyMatch(fault -> fault.startsWith("inode " + d + ":"))
        .anyMatch(fault -> fault.startsWith("inode 0:"));
  }

  @Test
  void a_missing_profile() throws IOException {
    plant(ItemKey.of(0, ItemKey.PROFILE, 1), null);
    assertThat(faults()).isNotEmpty().allMatch(fault -> fault.contains("profile 1 is missing"));
  }

  @Test
  void an_entry_in_a_file() throws IOException {
    plant(entry(b, "x"), EntryCodec.encode(a, FileKind.FILE));
    assertThat(faults()).containsExactly("/d/c/x: an entry in a FILE");
  }

  @Test
  void an_entry_that_names_the_root() throws IOException {
    plant(entry(e, "root"), EntryCodec.encode(ROOT, FileKind.DIRECTORY));
    assertThat(faults()).containsExactly("/d/e/root: names the root directory");
  }

  @Test
  void a_missing_root() throws IOException {
    plant(inode(ROOT), null);
    assertThat(faults()).contains("/: the root directory does not exist");
  }

  @Test
  void parts_of_a_user_attribute_that_do_not_belong_together() throws IOException {
    byte[] rest;
    try (View view = head.view()) {
      rest = view.get(Keys.attribute(a, name("k"), 1));
    }
    plant(Keys.attribute(a, name("k"), 2), rest);
    assertThat(faults()).hasSize(1);
    plant(Keys.attribute(a, name("k"), 2), null);
    plant(Keys.attribute(a, name("k"), 1), new byte[] {2, 2, 3});
    assertThat(faults()).hasSize(2).allMatch(fault -> fault.endsWith("do not belong together"));
    plant(Keys.attribute(a, name("k"), 1), null);
    assertThat(faults()).hasSize(1);
    plant(Keys.attribute(a, name("k"), 7), NOTHING);
    assertThat(faults()).hasSize(2).anyMatch(fault -> fault.contains("part 7"));
  }

  @Test
  void content_by_the_rule_of_the_block_stores() throws IOException {
    change(b, inode -> inode.written(77, 1));
    List<String> found = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    try (View view = head.view()) {
      InodeCheck.check(
          view,
          fault -> found.add(fault.place() + ": " + fault.what()),
          (inode, size, faults) -> {
            sizes.add(size);
            if (inode == b) {
              faults.accept("damaged");
            }
          });
    }
    assertThat(found).containsExactly("/d/c (inode " + b + "): damaged");
    assertThat(sizes).as("of three files, one of them an orphan").containsExactly(0L, 77L, 0L);
  }

  @Test
  void many_faults_are_all_told() throws IOException {
    for (int i = 0; i < 1000; i++) {
      plant(entry(d, "x" + i), EntryCodec.encode(10_000 + i, FileKind.FILE));
    }
    assertThat(faults()).hasSize(1000);
  }

  private interface Edit {
    Inode apply(Inode inode);
  }

  private void change(long number, Edit edit) throws IOException {
    try (View view = head.view()) {
      byte[] value = view.get(inode(number));
      InodeCodec.Fields fields = InodeCodec.decode(number, value);
      Inode before = fields.with(new Profile(0, "", ""));
      plant(inode(number), InodeCodec.encode(edit.apply(before), fields.profile()));
    }
  }

  private void plant(byte[] key, byte[] value) {
    head.plant(key, value);
  }

  private static byte[] inode(long number) {
    return ItemKey.of(number, ItemKey.INODE);
  }

  private static byte[] entry(long directory, String name) {
    return ItemKey.of(directory, ItemKey.ENTRY, name(name));
  }

  private static byte[] name(String text) {
    return TreeTestBase.name(text);
  }

  private List<String> faults() throws IOException {
    try (View view = head.view()) {
      return TreeTestBase.faults(view);
    }
  }
}
