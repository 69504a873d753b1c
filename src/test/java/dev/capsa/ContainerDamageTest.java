package dev.capsa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.block.ContentValues;
import dev.capsa.block.Extent;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.InodeValues;
import dev.capsa.raw.ContainerLock;
import dev.capsa.raw.FileRawStorage;
import dev.capsa.repo.RootRecord;
import dev.capsa.store.Batch;
import dev.capsa.store.ContainerPlaces;
import dev.capsa.store.MultiStore;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Space;
import dev.capsa.tree.Changes;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeCheck;
import dev.capsa.tree.TreeFault;
import dev.capsa.tree.TreeRoot;
import dev.capsa.tree.TreeVisitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The check finds each kind of planted damage and names its place, and nothing else. */
class ContainerDamageTest {
  @TempDir static Path folder;
  private static Path sound;

  // Inode numbers in the sound container.
  private static long directory;
  private static long inner;
  private static long small;
  private static long object;
  private static long large;
  private static long other;
  private static long link;

  /**
   * /d with /d/inner, /d/small (inline), /d/object (grains), /d/large and /d/other (extents, the
   * first also /second), /d/link, and enough files for a catalog of two levels.
   */
  @BeforeAll
  static void makeSoundContainer() throws IOException {
    sound = folder.resolve("sound.capsa");
    Random random = new Random(5);
    try (CapsaFileSystem fs = Capsa.create(sound)) {
      Path d = Files.createDirectory(fs.getPath("/d"));
      Files.createDirectory(d.resolve("inner"));
      Files.write(d.resolve("small"), bytes(random, 500));
      Files.write(d.resolve("object"), bytes(random, 20_000));
      Files.write(d.resolve("large"), bytes(random, 1_500_000));
      Files.write(d.resolve("other"), bytes(random, 300_001));
      Files.createSymbolicLink(d.resolve("link"), fs.getPath("small"));
      Files.createLink(fs.getPath("/second"), d.resolve("large"));
      Files.setAttribute(d.resolve("small"), "user:tag", bytes(random, 3000));
      for (int i = 0; i < 300; i++) {
        Files.write(fs.getPath("/d/inner/f" + i), bytes(random, 1000));
      }
      for (int i = 0; i < 8; i++) {
        Files.write(d.resolve("small"), bytes(random, 500));
        fs.sync();
      }
      directory = number(d);
      inner = number(d.resolve("inner"));
      small = number(d.resolve("small"));
      object = number(d.resolve("object"));
      large = number(d.resolve("large"));
      other = number(d.resolve("other"));
      link = (Long) Files.getAttribute(d.resolve("link"), "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static long number(Path file) throws IOException {
    return (Long) Files.getAttribute(file, "unix:ino");
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void an_undamaged_container_has_no_faults_closed_or_open() throws IOException {
    assertThat(Capsa.check(sound)).isEmpty();
    assertThat(Files.size(sound)).as("so that there is a third ring").isGreaterThan(2 << 20);
    try (CapsaFileSystem fs = Capsa.open(sound, Capsa.options().readOnly(true))) {
      assertThat(Capsa.check(sound)).isEmpty();
    }
    Path written = Files.copy(sound, folder.resolve("written.capsa"));
    try (CapsaFileSystem fs = Capsa.open(written)) {
      Files.writeString(fs.getPath("/not-yet-committed"), "x");
      List<CapsaFileSystem.Fault> faults = new ArrayList<>();
      fs.check(faults::add);
      assertThat(faults).isEmpty();
      assertThat(Capsa.check(written)).isEmpty();
    }
  }

  @Test
  void a_check_changes_nothing_and_leaves_no_lock() throws IOException {
    byte[] before = Files.readAllBytes(sound);
    Capsa.check(sound);
    assertThat(Files.readAllBytes(sound)).isEqualTo(before);
    assertThat(folder.resolve("sound.capsa.lock")).doesNotExist();
  }

  @Test
  void a_container_that_somebody_writes_is_not_checked_from_outside() throws IOException {
    Path container = copy("held");
    try (ContainerLock lock = ContainerLock.acquire(container)) {
      assertThatThrownBy(() -> Capsa.check(container)).isInstanceOf(CapsaLockedException.class);
    }
    assertThat(Capsa.check(container)).isEmpty();
  }

  @Test
  void damage_does_not_hide_other_damage() throws IOException {
    Path container = copy("both");
    try (ContainerPlaces places = ContainerPlaces.of(container)) {
      flip(container, places.block(extent(places.store()).physical()));
      flip(container, places.object(objectPointer(places.store())));
      flip(container, places.node(leaves(places.store()).get(5)) + 100);
      flip(container, 100);
    }
    assertThat(Capsa.check(container).toString())
        .contains("header at 0", "catalog: node", "/d/object (", "/d/large (");
  }

  // Damage of bytes.

  /** Damages a container in place. */
  private interface Bytes {
    void damage(Path container, ContainerPlaces places) throws IOException;
  }

  /** Damage, and what the check has to say of it. */
  private record Damage(Bytes bytes, String place, String what) {}

  private static Map<String, Damage> damagedBytes() {
    Map<String, Damage> all = new LinkedHashMap<>();
    all.put("header", at(places -> 100, "header at 0", "checksum"));
    all.put("header copy", at(places -> places.headerCopy() + 9, "copy of the header", "checksum"));
    for (int i = 0; i < 3; i++) {
      int ring = i;
      String name = "ring " + "ABC".charAt(i);
      all.put(name + ", newest slot", at(it -> it.slot(ring, 0) + 50, name, "newest slot"));
      all.put(name + ", slot before", at(it -> it.slot(ring, 1) + 50, name, "checksum"));
      all.put(name + ", old slot", at(it -> it.slot(ring, 4) + 50, name, "checksum"));
    }
    all.put(
        "newest slot in all rings",
        new Damage(ContainerDamageTest::loseNewest, ".capsa", "no root slot leads"));
    all.put("commit record", at(it -> it.record() + 30, ".capsa", "record of commit"));
    all.put("table page", at(it -> it.tableLeaf() + 3, "segment table", "checksum"));
    all.put("top page of the table", at(it -> it.tablePage() + 3, ".capsa", "segment table at"));
    all.put(
        "segment page of grains",
        at(it -> it.segmentPageOf(objectPointer(it.store())), "segment ", "page of segment"));
    all.put(
        "segment page of blocks",
        at(it -> it.segmentPageOf(extent(it.store()).physical()) + 9, "segment ", "page of"));
    all.put("tree leaf", at(it -> it.node(leaves(it.store()).get(3)) + 99, "catalog", "lost"));
    all.put("tree root", at(it -> it.node(root(it.store())) + 60, "catalog", "lost: items of"));
    all.put("node header", at(it -> it.node(root(it.store())) + 9, "catalog node", "describe"));
    all.put("object", at(it -> it.object(objectPointer(it.store())), "/d/object (", "from 0"));
    all.put(
        "block",
        at(it -> it.block(extent(it.store()).physical() + 1), "/d/large (", "bytes 4096 to 8192"));
    all.put(
        "end cut off",
        new Damage((file, it) -> cut(file, Files.size(file) - 70_000), ".capsa", "expected at"));
    all.put("all but 10 bytes", new Damage((file, it) -> cut(file, 10), ".capsa", "not a"));
    return all;
  }

  private interface Offset {
    long in(ContainerPlaces places) throws IOException;
  }

  private static Damage at(Offset offset, String place, String what) {
    return new Damage((file, places) -> flip(file, offset.in(places)), place, what);
  }

  private static void loseNewest(Path container, ContainerPlaces places) throws IOException {
    for (int ring = 0; ring < 3; ring++) {
      flip(container, places.slot(ring, 0) + 50);
    }
  }

  private static void flip(Path file, long offset) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, offset);
      one.put(0, (byte) ~one.get(0));
      channel.write(one.flip(), offset);
    }
  }

  private static void cut(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  @TestFactory
  Stream<DynamicTest> the_check_finds_each_kind_of_damaged_bytes() {
    return damagedBytes().entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(),
                    () -> {
                      Path container = copy("damaged");
                      try (ContainerPlaces places = ContainerPlaces.of(container)) {
                        each.getValue().bytes().damage(container, places);
                      }
                      assertReported(container, each.getValue().place(), each.getValue().what());
                    }));
  }

  // Damage of items, in a container whose bytes are all right.

  /** Plans wrong items. */
  private interface Plan {
    void plant(Items items, Changes changes, Batch batch) throws IOException;
  }

  private record Wrong(Plan plan, String place, String what) {}

  private static Map<String, Wrong> wrongItems() {
    Map<String, Wrong> all = new LinkedHashMap<>();
    all.put(
        "entry to a missing inode",
        put(key(directory, "x"), InodeValues.entry(77_777, FileKind.FILE), "/d/x", "names inode"));
    all.put(
        "entry of another kind",
        put(key(directory, "object"), InodeValues.entry(object, FileKind.LINK), "/d/object", "LI"));
    all.put("lost entry", remove(key(directory, "object"), "inode " + object, "no entry names"));
    all.put(
        "link count",
        inode(object, value -> InodeValues.withLinks(object, value, 3), "/d/object (", "3 links"));
    all.put(
        "parent",
        inode(object, value -> InodeValues.withParent(object, value, 1), "inode ", "lies in"));
    all.put(
        "directory with two parents",
        put(key(1, "d2"), InodeValues.entry(inner, FileKind.DIRECTORY), "/d/inner (", "2 parents"));
    all.put("cycle of directories", new Wrong(ContainerDamageTest::cycle, "inode ", "cycle"));
    all.put(
        "orphan that does not exist",
        put(ItemKey.of(0, ItemKey.ORPHAN, 88_888), new byte[0], "inode 88888", "not exist"));
    all.put(
        "orphan with a name",
        put(ItemKey.of(0, ItemKey.ORPHAN, object), new byte[0], "/d/object (", "orphan with"));
    all.put(
        "lost orphan",
        new Wrong(
            (items, changes, batch) -> {
              changes.remove(key(directory, "link"));
              changeInode(items, changes, link, it -> InodeValues.withLinks(link, it, 0));
            },
            "inode ",
            "no orphan"));
    all.put(
        "further name without entry",
        put(
            InodeValues.furtherName(object, 1, "none".getBytes(UTF_8)),
            new byte[0],
            "/none",
            "no such entry"));
    all.put(
        "missing profile",
        inode(object, it -> InodeValues.withProfile(object, it, 999), "inode ", "profile 999"));
    all.put("bad inode", inode(object, it -> new byte[] {(byte) 0x80}, "inode ", "flags"));
    all.put("bad content", put(content(object), new byte[] {9, 9}, "/d/object (", "decode"));
    all.put(
        "content of a directory",
        new Wrong(
            (items, changes, batch) ->
                changes.put(content(inner), Objects.requireNonNull(items.get(content(small)))),
            "/d/inner (",
            "with content"));
    all.put(
        "content beyond the size",
        inode(large, it -> InodeValues.withSize(large, it, 5000), "/d/large (", "the file 5000"));
    all.put(
        "extent beyond the size",
        new Wrong(
            (items, changes, batch) ->
                putExtent(changes, other, new Extent(99, batch.allocateBlocks(1).start(), 1, 1, 1)),
            "/d/other (",
            "past its size"));
    all.put(
        "unknown item kind",
        put(ItemKey.of(small, (byte) 99), new byte[1], "inode " + small, "unknown kind 99"));
    all.put(
        "items of no inode",
        put(
            ItemKey.of(66_666, ItemKey.ENTRY, "x".getBytes(UTF_8)),
            new byte[1],
            "inode 66666",
            ""));
    all.put(
        "half a user attribute",
        new Wrong(
            (items, changes, batch) ->
                changes.remove(InodeValues.attribute(small, "tag".getBytes(UTF_8), 1)),
            "/d/small (",
            "do not belong"));
    all.put(
        "inode number that was not handed out",
        put(ItemKey.of(1L << 40, ItemKey.ENTRY, new byte[] {1}), new byte[1], "catalog", "next"));
    all.put("lost root", remove(ItemKey.of(1, ItemKey.INODE), "/", "does not exist"));
    all.put("no extent", new Wrong(ContainerDamageTest::cutExtent, "/d/other (", "decode"));
    all.put("overlapping extents", new Wrong(ContainerDamageTest::overlap, "/d/large (", "overl"));
    all.put("extent to free blocks", extentAt(1_000_000, 100, "/d/other (", "refers to"));
    all.put("extent to unallocated blocks", new Wrong((i, c, b) -> free(i, b), "/d/", "not alloc"));
    all.put(
        "blocks of another file",
        new Wrong(ContainerDamageTest::share, "/d/other (", "something else refers to"));
    all.put("leaked blocks", new Wrong((i, c, b) -> b.allocateBlocks(7), "segment ", "7 BLOCK"));
    all.put(
        "leaked object",
        new Wrong((i, c, b) -> b.putObject(ByteBuffer.allocate(64)), "segment ", "1 GRAIN"));
    all.put(
        "leaked node",
        new Wrong((i, c, b) -> b.putNode(ByteBuffer.allocate(64)), "segment ", "1 NODE"));
    all.put("bytes past the size", new Wrong(ContainerDamageTest::fill, "/d/large (", "past its"));
    all.put("birth in the future", new Wrong(ContainerDamageTest::unborn, "/d/other (", "born"));
    all.put(
        "block of a chain in a file of extents",
        new Wrong(
            (items, changes, batch) ->
                changes.put(
                    ItemKey.of(large, ItemKey.CHAIN, 0),
                    ContentValues.link(batch.putObject(ByteBuffer.allocate(64)))),
            "/d/large (",
            "chain"));
    return all;
  }

  private static Wrong put(byte[] key, byte[] value, String place, String what) {
    return new Wrong((items, changes, batch) -> changes.put(key, value), place, what);
  }

  private static Wrong remove(byte[] key, String place, String what) {
    return new Wrong((items, changes, batch) -> changes.remove(key), place, what);
  }

  private interface Rewriting {
    byte[] of(byte[] value) throws IOException;
  }

  private static Wrong inode(long number, Rewriting rewriting, String place, String what) {
    return new Wrong(
        (items, changes, batch) -> changeInode(items, changes, number, rewriting), place, what);
  }

  private static void changeInode(Items items, Changes changes, long number, Rewriting rewriting)
      throws IOException {
    byte[] key = ItemKey.of(number, ItemKey.INODE);
    changes.put(key, rewriting.of(Objects.requireNonNull(items.get(key))));
  }

  private static byte[] key(long directory, String name) {
    return ItemKey.of(directory, ItemKey.ENTRY, name.getBytes(UTF_8));
  }

  private static byte[] content(long inode) {
    return ItemKey.of(inode, ItemKey.CONTENT);
  }

  /** Hangs /d below /d/inner. */
  private static void cycle(Items items, Changes changes, Batch batch) throws IOException {
    changes.remove(key(1, "d"));
    changes.put(key(inner, "d"), InodeValues.entry(directory, FileKind.DIRECTORY));
    changeInode(items, changes, directory, it -> InodeValues.withParent(directory, it, inner));
  }

  private static Extent extentOf(Items items, long inode) throws IOException {
    byte[] key = ItemKey.of(inode, ItemKey.EXTENT, 0);
    return ContentValues.extent(key, Objects.requireNonNull(items.get(key)));
  }

  private static void putExtent(Changes changes, long inode, Extent extent) {
    changes.put(ItemKey.of(inode, ItemKey.EXTENT, extent.logical()), ContentValues.extent(extent));
  }

  private static void cutExtent(Items items, Changes changes, Batch batch) {
    changes.put(ItemKey.of(other, ItemKey.EXTENT, 0), new byte[] {1});
  }

  private static void overlap(Items items, Changes changes, Batch batch) throws IOException {
    Extent of = extentOf(items, large);
    putExtent(changes, large, new Extent(1, of.physical() + 1, 1, of.birth(), of.referenceBirth()));
  }

  private static Wrong extentAt(long physical, long length, String place, String what) {
    return new Wrong(
        (items, changes, batch) -> putExtent(changes, other, new Extent(0, physical, length, 1, 1)),
        place,
        what);
  }

  private static void free(Items items, Batch batch) throws IOException {
    Extent of = extentOf(items, other);
    batch.freeBlocks(of.physical() + 1, 1, 1);
  }

  private static void share(Items items, Changes changes, Batch batch) throws IOException {
    Extent of = extentOf(items, large);
    Extent own = extentOf(items, other);
    batch.freeBlocks(own.physical(), own.length(), 1);
    putExtent(changes, other, new Extent(0, of.physical(), 1, of.birth(), of.referenceBirth()));
  }

  /** Bytes that are not 0 after the end of a file that does not end with a block. */
  private static void fill(Items items, Changes changes, Batch batch) throws IOException {
    Extent of = extentOf(items, large);
    batch.freeBlocks(of.physical(), of.length(), 1);
    long start = batch.allocateBlocks((int) of.length()).start();
    byte[] full = new byte[(int) of.length() * 4096];
    Arrays.fill(full, (byte) 7);
    batch.writeBlocks(start, ByteBuffer.wrap(full));
    putExtent(
        changes, large, new Extent(0, start, of.length(), batch.sequence(), batch.sequence()));
  }

  private static void unborn(Items items, Changes changes, Batch batch) throws IOException {
    Extent of = extentOf(items, other);
    putExtent(changes, other, new Extent(0, of.physical(), of.length(), of.birth(), 1_000_000));
  }

  @TestFactory
  Stream<DynamicTest> the_check_finds_each_kind_of_wrong_items() {
    return wrongItems().entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(),
                    () -> {
                      Path container = copy("wrong");
                      plant(container, each.getValue().plan());
                      assertReported(container, each.getValue().place(), each.getValue().what());
                    }));
  }

  @Test
  void a_wrong_number_of_items_is_found() throws IOException {
    Path container = copy("count");
    try (MultiStore store = MultiStore.open(FileRawStorage.open(container, false), false, 0);
        Batch batch = store.begin()) {
      TreeRoot tree = RootRecord.decode(store.root()).tree();
      commit(store, batch, new TreeRoot(tree.pointer(), tree.height(), tree.items() + 1));
    }
    assertReported(container, "catalog", "items, its leaves hold");
  }

  @Test
  void a_wrong_number_of_nodes_is_found() throws IOException {
    Path container = copy("nodes");
    plant(
        container,
        (items, changes, batch) -> {
          for (int i = 0; i < 200; i++) {
            changes.put(key(directory, "y" + "z".repeat(200) + i), new byte[100]);
          }
        });
    assertReported(container, "catalog", "nodes, and has");
  }

  /** Commits wrong items, as a faulty program would. */
  private static void plant(Path container, Plan plan) throws IOException {
    try (MultiStore store = MultiStore.open(FileRawStorage.open(container, false), false, 0);
        Batch batch = store.begin()) {
      NodeCache cache = new NodeCache(1 << 20);
      TreeRoot tree = RootRecord.decode(store.root()).tree();
      Changes changes = new Changes();
      plan.plant(new Tree(store, cache, tree), changes, batch);
      commit(store, batch, Tree.apply(store, cache, batch, tree, changes));
    }
  }

  private static void commit(MultiStore store, Batch batch, TreeRoot tree) throws IOException {
    byte[] root = store.root();
    tree.encode(root, root.length - TreeRoot.BYTES);
    batch.commit(root, true);
  }

  // What both need.

  private static Path copy(String name) throws IOException {
    return Files.copy(sound, folder.resolve(name + ".capsa"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void assertReported(Path container, String place, String what) throws IOException {
    List<CapsaFileSystem.Fault> faults = Capsa.check(container);
    assertThat(faults)
        .anySatisfy(
            fault -> {
              assertThat(fault.place()).contains(place);
              assertThat(fault.what()).contains(what);
            });
  }

  private static Tree tree(Space store) throws IOException {
    return new Tree(store, new NodeCache(1 << 20), RootRecord.decode(store.root()).tree());
  }

  private static Extent extent(Space store) throws IOException {
    return extentOf(tree(store), large);
  }

  private static ObjectPointer objectPointer(Space store) throws IOException {
    byte[] key = content(object);
    return ContentValues.object(key, Objects.requireNonNull(tree(store).get(key)));
  }

  private static ObjectPointer root(Space store) throws IOException {
    return Objects.requireNonNull(RootRecord.decode(store.root()).tree().pointer());
  }

  private static List<ObjectPointer> leaves(Space store) throws IOException {
    List<ObjectPointer> nodes = new ArrayList<>();
    TreeCheck.check(
        store,
        RootRecord.decode(store.root()).tree(),
        new TreeVisitor() {
          @Override
          public void node(ObjectPointer pointer) {
            nodes.add(pointer);
          }

          @Override
          public void fault(TreeFault fault) {
            throw new AssertionError(fault.message());
          }
        });
    return nodes.subList(1, nodes.size());
  }
}
