package dev.capsa.inode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.inode.FileTree.FileHandle;
import dev.capsa.inode.InodeException.Reason;
import dev.capsa.inode.ModelTree.Node;
import dev.capsa.repo.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random histories give the same answers and the same tree as the model, through crashes too. */
abstract class ModelContract extends TreeTestBase {
  private static final int HISTORIES = 20 * Integer.getInteger("capsa.soak", 1);
  private static final int OPERATIONS = 400;

  private Random random = new Random();
  private ModelTree model = new ModelTree();

  /** All that ever was, also what is gone. */
  private final List<Node> nodes = new ArrayList<>();

  private final Map<FileHandle, Node> handles = new HashMap<>();

  @Test
  void random_histories_agree_with_the_model() throws IOException {
    long seed = Long.getLong("capsa.seed", new Random().nextLong());
    for (int i = 0; i < HISTORIES; i++) {
      random = new Random(seed + i);
      useTree(dev.capsa.repo.Durability.COMMIT);
      model = new ModelTree();
      nodes.clear();
      nodes.add(model.root);
      handles.clear();
      for (int step = 0; step < OPERATIONS; step++) {
        String doing = "seed " + (seed + i) + "L, step " + step;
        try {
          operate(doing);
          if (step % 20 == 0) {
            compare(doing);
          }
        } catch (IOException | RuntimeException | AssertionError failed) {
          throw new AssertionError(doing, failed);
        }
      }
      for (Map.Entry<FileHandle, Node> each : handles.entrySet()) {
        each.getKey().close();
        each.getValue().handles--;
      }
      compare("seed " + (seed + i) + "L, at the end");
    }
  }

  private void operate(String doing) throws IOException {
    Node d = pick();
    Node e = pick();
    String x = anyName();
    String y = anyName();
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> create(doing, d, x);
      case 4 ->
          agree(doing, model.link(d, x, e), () -> tree.createLink(d.number, name(x), e.number));
      case 5 -> agree(doing, model.remove(d, x), () -> tree.remove(d.number, name(x)));
      case 6, 7, 8 -> {
        boolean replace = random.nextBoolean();
        agree(
            doing,
            model.rename(d, x, e, y, replace),
            () -> tree.rename(d.number, name(x), e.number, name(y), replace));
      }
      case 9 -> open(doing, d);
      case 10, 11 -> write(doing);
      case 12 -> attributes(doing, d, x);
      default -> closeOrCrash();
    }
  }

  private Node pick() {
    // Mostly what is there; now and then something that is gone.
    for (int i = 0; i < 3; i++) {
      Node node = nodes.get(random.nextInt(nodes.size()));
      if (!node.gone && (node.kind == FileKind.DIRECTORY || i == 2)) {
        return node;
      }
    }
    return nodes.get(random.nextInt(nodes.size()));
  }

  private String anyName() {
    return String.valueOf((char) ('a' + random.nextInt(4)));
  }

  private void create(String doing, Node directory, String name) throws IOException {
    FileKind kind = FileKind.values()[random.nextInt(3)];
    Node made = new Node(kind);
    made.mode = random.nextInt(01000);
    NewFile how = new NewFile(made.mode, "o" + random.nextInt(3), "g");
    Reason expected = model.create(directory, name, made);
    agree(
        doing,
        expected,
        () -> {
          Inode inode =
              switch (kind) {
                case FILE -> tree.createFile(directory.number, name(name), how);
                case DIRECTORY -> tree.createDirectory(directory.number, name(name), how);
                case LINK ->
                    tree.createSymbolicLink(directory.number, name(name), name("target"), how);
              };
          made.number = inode.number();
          nodes.add(made);
        });
  }

  private void open(String doing, Node file) throws IOException {
    Reason expected =
        file.gone && (file.handles == 0 || file.kind == FileKind.FILE)
            ? Reason.NO_SUCH_FILE
            : file.kind == FileKind.FILE ? null : Reason.IS_A_DIRECTORY;
    agree(
        doing,
        expected,
        () -> {
          handles.put(tree.open(file.number), file);
          file.handles++;
        });
  }

  private void write(String doing) throws IOException {
    for (Map.Entry<FileHandle, Node> each : handles.entrySet()) {
      FileHandle handle = each.getKey();
      Node file = each.getValue();
      byte[] bytes = new byte[random.nextInt(6000)];
      random.nextBytes(bytes);
      switch (random.nextInt(3)) {
        case 0 -> {
          int at = random.nextInt(10_000);
          handle.write(at, ByteBuffer.wrap(bytes));
          if (bytes.length > 0) {
            ModelTree.write(file, at, bytes);
          }
        }
        case 1 -> {
          long at = handle.append(ByteBuffer.wrap(bytes));
          assertThat(at).as(doing).isEqualTo(file.content.length);
          ModelTree.write(file, (int) at, bytes);
        }
        default -> {
          int size = random.nextInt(12_000);
          handle.truncate(size);
          file.content = Arrays.copyOf(file.content, size);
        }
      }
      assertContent(doing, handle, file);
    }
  }

  private void assertContent(String doing, FileHandle handle, Node file) throws IOException {
    ByteBuffer back = ByteBuffer.allocate(file.content.length + 1);
    handle.read(0, back);
    assertThat(Arrays.copyOf(back.array(), back.position())).as(doing).isEqualTo(file.content);
  }

  private void attributes(String doing, Node node, String name) throws IOException {
    Reason missing = node.gone && node.handles == 0 ? Reason.NO_SUCH_FILE : null;
    if (random.nextInt(3) == 0) {
      boolean there = node.attributes.containsKey(name);
      agree(
          doing,
          missing != null ? missing : there ? null : Reason.NO_SUCH_ATTRIBUTE,
          () -> tree.removeAttribute(node.number, name(name)));
      node.attributes.remove(name);
    } else {
      byte[] value = new byte[random.nextInt(4097)];
      random.nextBytes(value);
      int mode = random.nextInt(010000);
      agree(doing, missing, () -> tree.setAttribute(node.number, name(name), value));
      agree(
          doing,
          missing,
          () ->
              tree.setAttributes(
                  node.number, new AttributeChange(mode, null, null, null, null, null)));
      if (missing == null) {
        node.attributes.put(name, value);
        node.mode = mode;
      }
    }
  }

  private void closeOrCrash() throws IOException {
    if (random.nextInt(12) == 0) {
      tree.force();
      crash();
      handles.values().forEach(file -> file.handles = 0);
      handles.clear();
      awaitRemovals();
    } else if (!handles.isEmpty()) {
      FileHandle handle = handles.keySet().iterator().next();
      handles.remove(handle).handles--;
      handle.close();
    }
  }

  /** After an opening, what had no name any more is removed in the background. */
  private void awaitRemovals() throws IOException {
    for (Node node : nodes) {
      while (node.gone && tree.inode(node.number) != null) {
        Thread.onSpinWait();
      }
    }
  }

  /** An operation of the tree. */
  private interface Operation {
    void run() throws IOException;
  }

  private static void agree(String doing, @Nullable Reason expected, Operation operation)
      throws IOException {
    Reason actual = null;
    try {
      operation.run();
    } catch (InodeException refused) {
      actual = refused.reason();
    }
    assertThat(actual).as(doing).isEqualTo(expected);
  }

  private void compare(String doing) throws IOException {
    tree.force();
    try (View view = rig.head().view()) {
      assertThat(faults(view)).as(doing).isEmpty();
    }
    compare(doing, model.root, new HashSet<>());
    for (Node node : nodes) {
      boolean exists = !node.gone || node.handles > 0;
      assertThat(tree.inode(node.number) != null).as(doing).isEqualTo(exists);
    }
  }

  private void compare(String doing, Node node, Set<Node> done) throws IOException {
    if (!done.add(node)) {
      return;
    }
    Inode inode = inode(node.number);
    assertThat(inode.kind()).as(doing).isEqualTo(node.kind);
    assertThat(inode.links()).as(doing).isEqualTo(node.links);
    if (node != model.root) {
      assertThat(inode.mode()).as(doing).isEqualTo(node.mode);
    }
    assertThat(tree.attributeNames(node.number)).as(doing).hasSize(node.attributes.size());
    for (Map.Entry<String, byte[]> each : node.attributes.entrySet()) {
      assertThat(tree.attribute(node.number, name(each.getKey())))
          .as(doing)
          .isEqualTo(each.getValue());
    }
    if (node.kind == FileKind.FILE) {
      try (FileHandle handle = tree.open(node.number)) {
        assertContent(doing, handle, node);
      }
    } else if (node.kind == FileKind.DIRECTORY) {
      assertThat(names(node.number)).as(doing).containsExactlyElementsOf(node.children.keySet());
      for (Map.Entry<String, Node> each : node.children.entrySet()) {
        Entry entry = tree.lookup(node.number, name(each.getKey()));
        assertThat(entry.inode()).as(doing).isEqualTo(each.getValue().number);
        assertThat(entry.kind()).as(doing).isEqualTo(each.getValue().kind);
        compare(doing, each.getValue(), done);
      }
    }
  }
}
