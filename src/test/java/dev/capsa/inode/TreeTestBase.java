package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capsa.inode.InodeException.Reason;
import dev.capsa.repo.Durability;
import dev.capsa.repo.View;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A file tree for each test, checked for faults and held locks after it. */
abstract class TreeTestBase {
  static final NewFile HOW = new NewFile(0644, "ada", "staff");
  static final NewFile HOW_DIRECTORY = new NewFile(0755, "ada", "staff");

  final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);
  Rig rig;
  CatalogFileTree tree;

  /** A live head of nothing. */
  abstract Rig newRig(Durability durability) throws IOException;

  @BeforeEach
  void makeTree() throws IOException {
    useTree(Durability.COMMIT);
  }

  @AfterEach
  void checkTree() throws IOException {
    assertThat(tree.idle()).as("no lock is held").isTrue();
    tree.force();
    try (View view = rig.head().view()) {
      assertThat(faults(view)).isEmpty();
    }
    tree.close();
    rig.close();
  }

  void useTree(Durability durability) throws IOException {
    if (rig != null) {
      rig.close();
    }
    rig = newRig(durability);
    tree = CatalogFileTree.create(rig.head(), rig.content(), clock(), HOW_DIRECTORY);
    rig.guard(tree::holds);
  }

  /** Goes on with what a crash leaves. */
  void crash() throws IOException {
    Rig left = rig.crash();
    rig.close();
    rig = left;
    tree = CatalogFileTree.open(rig.head(), rig.content(), clock());
    rig.guard(tree::holds);
  }

  /** Waits until nothing without a name is left: with each commit some of it goes. */
  void finishRemovals() throws IOException {
    for (int commit = 0; commit < 100 && hasOrphans(); commit++) {
      AttributeChange touched = new AttributeChange(0755, null, null, now.get(), null, null);
      tree.setAttributes(FileTree.ROOT, touched);
      tree.force();
    }
    assertThat(hasOrphans()).isFalse();
  }

  private boolean hasOrphans() throws IOException {
    try (View view = rig.head().view()) {
      return Catalog.cursor(view, 0, ItemKey.ORPHAN).next();
    }
  }

  /** A clock that goes on by a microsecond with each look. */
  TimeSource clock() {
    return () -> now.addAndGet(1000);
  }

  static List<String> faults(Items items) throws IOException {
    List<String> faults = new ArrayList<>();
    InodeCheck.check(items, fault -> faults.add(fault.place() + ": " + fault.what()));
    return faults;
  }

  static byte[] name(String text) {
    return text.getBytes(UTF_8);
  }

  static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  long file(long directory, String name) throws IOException {
    return tree.createFile(directory, name(name), HOW).number();
  }

  long directory(long directory, String name) throws IOException {
    return tree.createDirectory(directory, name(name), HOW_DIRECTORY).number();
  }

  void fill(long inode, String text) throws IOException {
    try (FileTree.FileHandle handle = tree.open(inode)) {
      handle.write(0, buffer(text));
    }
  }

  String content(long inode) throws IOException {
    try (FileTree.FileHandle handle = tree.open(inode)) {
      return content(handle);
    }
  }

  static String content(FileTree.FileHandle handle) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) handle.size() + 10);
    int count = handle.read(0, bytes);
    assertThat(Math.max(0, count)).isEqualTo(bytes.position()).isEqualTo((int) handle.size());
    return new String(bytes.array(), 0, bytes.position(), UTF_8);
  }

  /** The inode of a path like a/b/c; −1 if there is none. */
  long find(String path) throws IOException {
    long at = ROOT;
    for (String part : path.split("/")) {
      Entry entry = tree.lookup(at, name(part));
      if (entry == null) {
        return -1;
      }
      at = entry.inode();
    }
    return at;
  }

  Inode inode(long number) throws IOException {
    Inode inode = tree.inode(number);
    assertThat(inode).as("inode " + number).isNotNull();
    return inode;
  }

  List<String> names(long directory) throws IOException {
    List<String> names = new ArrayList<>();
    for (Entry entry : tree.list(directory, null, 1000)) {
      names.add(new String(entry.name(), UTF_8));
    }
    return names;
  }

  static void assertRefused(Reason reason, ThrowingCallable call) {
    assertThatExceptionOfType(InodeException.class)
        .isThrownBy(call)
        .satisfies(refused -> assertThat(refused.reason()).isEqualTo(reason));
  }
}
