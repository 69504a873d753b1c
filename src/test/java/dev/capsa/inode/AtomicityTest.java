package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capsa.CapsaFullException;
import dev.capsa.inode.FileTree.FileHandle;
import dev.capsa.repo.Durability;
import dev.capsa.repo.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Each operation is one change, or none; what it waits for; what a refused one leaves. */
class AtomicityTest extends TreeTestBase {
  private MapHead head;

  @Override
  Rig newRig(Durability durability) {
    head = new MapHead(durability);
    return Rig.of(head);
  }

  /** An operation of the tree. */
  private interface Operation {
    void run() throws IOException;
  }

  /** Operations in an order in which each can be done. */
  private Map<String, Operation> nameSpaceOperations() {
    Map<String, Operation> all = new LinkedHashMap<>();
    all.put("create file", () -> tree.createFile(ROOT, name("a"), HOW));
    all.put("create directory", () -> tree.createDirectory(ROOT, name("d"), HOW));
    all.put("create link", () -> tree.createSymbolicLink(ROOT, name("l"), name("t"), HOW));
    all.put("link", () -> tree.createLink(ROOT, name("b"), find("a")));
    all.put("rename", () -> tree.rename(ROOT, name("b"), find("d"), name("c"), false));
    all.put("replace", () -> tree.rename(ROOT, name("l"), find("d"), name("c"), true));
    all.put("remove", () -> tree.remove(ROOT, name("a")));
    all.put("move directory", () -> tree.rename(ROOT, name("d"), find("e"), name("d"), true));
    all.put("remove last", () -> tree.remove(find("e/d"), name("c")));
    all.put("remove directory", () -> tree.remove(find("e"), name("d")));
    return all;
  }

  private Map<String, Operation> fileOperations(FileHandle handle) {
    Map<String, Operation> all = new LinkedHashMap<>();
    long f = handle.inode();
    all.put("mode", () -> tree.setAttributes(f, new AttributeChange(0600, null, null, 1L, 2L, 3L)));
    all.put("attribute", () -> tree.setAttribute(f, name("k"), new byte[4000]));
    all.put("shorter attribute", () -> tree.setAttribute(f, name("k"), new byte[4]));
    all.put("remove attribute", () -> tree.removeAttribute(f, name("k")));
    all.put("write", () -> handle.write(3, ByteBuffer.allocate(1 << 20)));
    all.put("append", () -> handle.append(buffer("x")));
    all.put("cut", () -> handle.truncate(5));
    all.put("extend", () -> handle.truncate(50));
    return all;
  }

  @Test
  void each_operation_is_one_change() throws IOException {
    directory(ROOT, "e");
    file(ROOT, "f");
    try (FileHandle handle = tree.open(find("f"))) {
      Map<String, Operation> all = nameSpaceOperations();
      all.putAll(fileOperations(handle));
      tree.setAttributes(find("f"), new AttributeChange(0600, null, null, null, null, null));
      for (Map.Entry<String, Operation> each : all.entrySet()) {
        int before = head.changes.get();
        each.getValue().run();
        assertThat(head.changes.get() - before).as(each.getKey()).isEqualTo(1);
      }
    }
  }

  @Test
  void a_refused_operation_changes_nothing_and_can_be_done_again() throws IOException {
    directory(ROOT, "e");
    file(ROOT, "f");
    try (FileHandle handle = tree.open(find("f"))) {
      Map<String, Operation> all = nameSpaceOperations();
      all.putAll(fileOperations(handle));
      for (Map.Entry<String, Operation> each : all.entrySet()) {
        Map<String, String> before = dump();
        head.changesLeft.set(0);
        assertThatExceptionOfType(CapsaFullException.class)
            .as(each.getKey())
            .isThrownBy(each.getValue()::run);
        head.changesLeft.set(Integer.MAX_VALUE);
        assertThat(dump()).as(each.getKey()).isEqualTo(before);
        each.getValue().run();
        assertThat(dump()).as(each.getKey()).isNotEqualTo(before);
      }
    }
  }

  @Test
  void a_refused_removal_leaves_an_open_file_its_name() throws IOException {
    long a = file(ROOT, "a");
    FileHandle handle = tree.open(a);
    head.changesLeft.set(0);
    assertThatExceptionOfType(CapsaFullException.class)
        .isThrownBy(() -> tree.remove(ROOT, name("a")));
    head.changesLeft.set(Integer.MAX_VALUE);
    handle.write(0, buffer("x"));
    handle.close();
    assertThat(content(a)).isEqualTo("x");
  }

  @Test
  void a_refused_truncation_leaves_the_content() throws IOException {
    long a = file(ROOT, "a");
    fill(a, "hello");
    try (FileHandle handle = tree.open(a)) {
      head.changesLeft.set(0);
      assertThatExceptionOfType(CapsaFullException.class).isThrownBy(() -> handle.truncate(1));
      head.changesLeft.set(Integer.MAX_VALUE);
      assertThat(content(handle)).isEqualTo("hello");
    }
  }

  @Test
  void a_refused_step_of_a_large_write_leaves_what_went_before() throws IOException {
    long a = file(ROOT, "a");
    try (FileHandle handle = tree.open(a)) {
      ByteBuffer source = ByteBuffer.allocate(5 << 20);
      head.changesLeft.set(2);
      assertThatExceptionOfType(CapsaFullException.class).isThrownBy(() -> handle.write(0, source));
      head.changesLeft.set(Integer.MAX_VALUE);
      assertThat(source.position()).isEqualTo(2 << 20);
      assertThat(handle.size()).isEqualTo(2 << 20);
    }
  }

  @Test
  void a_failed_last_closing_leaves_an_orphan_for_the_next_opening() throws IOException {
    long a = file(ROOT, "a");
    FileHandle handle = tree.open(a);
    tree.remove(ROOT, name("a"));
    head.changesLeft.set(0);
    assertThatExceptionOfType(CapsaFullException.class).isThrownBy(handle::close);
    head.changesLeft.set(Integer.MAX_VALUE);
    assertThat(inode(a).links()).isZero();
    crash();
    assertThat(tree.inode(a)).isNull();
  }

  @Test
  void strict_waits_for_each_name_and_each_written_file() throws IOException {
    useTree(Durability.STRICT);
    directory(ROOT, "e");
    for (Map.Entry<String, Operation> each : nameSpaceOperations().entrySet()) {
      int before = head.forces.get();
      each.getValue().run();
      assertThat(head.forces.get() - before).as(each.getKey()).isEqualTo(1);
    }
    long f = file(ROOT, "f");
    FileHandle reader = tree.open(f);
    FileHandle writer = tree.open(f);
    FileHandle cutter = tree.open(f);
    int before = head.forces.get();
    writer.write(0, buffer("x"));
    cutter.truncate(0);
    content(reader);
    reader.close();
    assertThat(head.forces.get()).isEqualTo(before);
    writer.close();
    assertThat(head.forces.get()).isEqualTo(before + 1);
    cutter.close();
    assertThat(head.forces.get()).isEqualTo(before + 2);
  }

  @Test
  void others_wait_only_when_asked() throws IOException {
    for (Durability durability : new Durability[] {Durability.COMMIT, Durability.ASYNC}) {
      useTree(durability);
      directory(ROOT, "e");
      for (Operation each : nameSpaceOperations().values()) {
        each.run();
      }
      fill(file(ROOT, "f"), "x");
      assertThat(head.forces.get()).isZero();
      try (FileHandle handle = tree.open(find("f"))) {
        handle.force();
      }
      tree.force();
      assertThat(head.forces.get()).isEqualTo(2);
    }
  }

  @Test
  void a_million_small_files_need_few_bytes_each() throws IOException {
    int count = 10_000;
    long empty = head.itemBytes();
    long d = directory(ROOT, "d");
    for (int i = 0; i < count; i++) {
      fill(file(d, "file" + i), "x");
    }
    // Two keys of 9 bytes and more, of which prefix compression leaves a few.
    assertThat((head.itemBytes() - empty) / count).isLessThanOrEqualTo(18 + 9 + 4 + 9 + 8);
  }

  private Map<String, String> dump() throws IOException {
    Map<String, String> items = new LinkedHashMap<>();
    try (View view = head.view()) {
      var cursor = view.cursor(new byte[0], null);
      while (cursor.next()) {
        items.put(
            java.util.HexFormat.of().formatHex(cursor.key()),
            java.util.HexFormat.of().formatHex(cursor.value()));
      }
    }
    return items;
  }

  @Test
  void a_file_that_is_opened_while_its_last_handle_and_its_last_name_go_lasts_while_open()
      throws Exception {
    long f = file(ROOT, "f");
    fill(f, "content");
    FileHandle first = tree.open(f);
    Thread closing = new Thread(() -> unchecked(first::close));
    AtomicReference<FileHandle> second = new AtomicReference<>();
    head.beforeChange =
        () -> {
          head.beforeChange = () -> {};
          closing.start();
          while (closing.getState() != Thread.State.WAITING) { // for the lock of the inode
            Thread.onSpinWait();
          }
          unchecked(() -> second.set(tree.open(f)));
        };
    tree.remove(ROOT, name("f"));
    closing.join();
    try (FileHandle handle = second.get()) {
      assertThat(content(handle)).isEqualTo("content");
    }
    assertThat(tree.inode(f)).isNull();
    assertThat(head.filesWithPages()).isZero();
  }

  private static void unchecked(Operation operation) {
    try {
      operation.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
