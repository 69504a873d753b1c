package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.repo.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of what users do with paths: whatever was copied, transferred, kept, restored
 * and rolled back, the head and each snapshot have what a model in the heap has.
 */
class PathHistoriesTest {
  private static final int HISTORIES = Integer.getInteger("capsa.paths.histories", 60);
  private static final long FIRST_SEED = Long.getLong("capsa.paths.seed", 1);
  private static final int MOST_STEPS = 40;
  private static final int MOST_BYTES = 400_000;

  @TempDir Path folder;

  private final Map<String, Integer> done = new TreeMap<>();

  @Test
  void head_and_snapshots_are_as_the_model_says() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
      try (History history = new History(seed)) {
        history.run();
      }
    }
    System.out.println(
        "histories of paths: " + HISTORIES + " from seed " + FIRST_SEED + ", " + done);
    assertThat(done)
        .containsOnlyKeys(
            "append",
            "compact",
            "copy",
            "copyTree",
            "cut",
            "delete",
            "directory",
            "drop",
            "link",
            "move",
            "overwrite",
            "reopen",
            "restore",
            "rollback",
            "snapshot",
            "sync",
            "transfer",
            "write");
  }

  /** A file or, without content, a directory; several names may have one file. */
  private static final class Node {
    byte[] content;

    Node(byte[] content) {
      this.content = content;
    }
  }

  private static TreeMap<String, Node> copyOf(Map<String, Node> state) {
    IdentityHashMap<Node, Node> copies = new IdentityHashMap<>();
    TreeMap<String, Node> copy = new TreeMap<>();
    state.forEach(
        (name, node) ->
            copy.put(
                name,
                copies.computeIfAbsent(
                    node, it -> new Node(it.content == null ? null : it.content.clone()))));
    return copy;
  }

  /** What lies at a path and below it. */
  private static TreeMap<String, Node> below(TreeMap<String, Node> state, String path) {
    TreeMap<String, Node> found = new TreeMap<>();
    state.forEach(
        (name, node) -> {
          if (name.equals(path) || name.startsWith(path + "/")) {
            found.put(name, node);
          }
        });
    return found;
  }

  /** One container, and what it should have. */
  private final class History implements AutoCloseable {
    final long seed;
    final Random random;
    final Path container;
    final TreeMap<String, TreeMap<String, Node>> kept = new TreeMap<>();
    TreeMap<String, Node> now = new TreeMap<>();
    CapsaFileSystem fs;
    int steps;

    History(long seed) throws IOException {
      this.seed = seed;
      this.random = new Random(seed);
      this.container = folder.resolve(seed + ".capsa");
      this.fs = open();
    }

    private CapsaFileSystem open() throws IOException {
      return Capsa.open(
          container,
          Capsa.options()
              .create(true)
              .durability(Durability.ASYNC)
              .cacheSize(random.nextBoolean() ? 64 << 10 : 8 << 20));
    }

    void run() throws IOException {
      int most = 10 + random.nextInt(MOST_STEPS);
      for (steps = 0; steps < most; steps++) {
        String step = step();
        if (step != null) {
          done.merge(step, 1, Integer::sum);
        }
        if (random.nextInt(8) == 0) {
          assertSame(fs, now, "now");
        }
      }
      assertSame(fs, now, "now, at the end");
      for (String name : kept.keySet()) {
        try (CapsaFileSystem past = fs.openSnapshot(name)) {
          assertSame(past, kept.get(name), name);
        }
      }
      fs.close();
      assertThat(Capsa.check(container)).as("seed %d", seed).isEmpty();
    }

    @Override
    public void close() throws IOException {
      fs.close();
      Files.deleteIfExists(container);
    }

    private void assertSame(CapsaFileSystem seen, Map<String, Node> expected, String what)
        throws IOException {
      String which = "seed " + seed + ", step " + steps + ", " + what;
      List<String> names = new ArrayList<>();
      try (Stream<Path> all = Files.walk(seen.getPath("/"))) {
        all.filter(each -> each.getNameCount() > 0).forEach(each -> names.add(each.toString()));
      }
      assertThat(names).as(which).containsExactlyInAnyOrderElementsOf(expected.keySet());
      for (Map.Entry<String, Node> each : expected.entrySet()) {
        Path path = seen.getPath(each.getKey());
        if (each.getValue().content == null) {
          assertThat(Files.isDirectory(path)).as(which + ", " + path).isTrue();
        } else {
          byte[] content = Files.readAllBytes(path);
          int at = Arrays.mismatch(content, each.getValue().content);
          assertThat(at).as(which + ", first wrong byte of " + path).isEqualTo(-1);
        }
      }
    }

    private String pick(boolean directory) {
      List<String> names = new ArrayList<>();
      now.forEach(
          (name, node) -> {
            if ((node.content == null) == directory) {
              names.add(name);
            }
          });
      return names.isEmpty() ? null : names.get(random.nextInt(names.size()));
    }

    /** A name that may be there or not, in a directory that is. */
    private String target() {
      String directory = random.nextInt(3) == 0 ? null : pick(true);
      return (directory == null ? "" : directory) + "/n" + random.nextInt(12);
    }

    private byte[] bytes(int most) {
      byte[] bytes = new byte[random.nextInt(random.nextInt(3) == 0 ? most : 1 + most / 20)];
      random.nextBytes(bytes);
      return bytes;
    }

    private boolean isDirectory(String name) {
      return now.containsKey(name) && now.get(name).content == null;
    }

    /** Does one of many things; null if it is not possible just now. */
    private String step() throws IOException {
      switch (random.nextInt(20)) {
        case 0, 1, 2:
          return write();
        case 3:
          return overwrite();
        case 4:
          return cutOrAppend();
        case 5:
          return directory();
        case 6, 7:
          return copy();
        case 8:
          return copyTree();
        case 9, 10:
          return transfer();
        case 11:
          return move();
        case 12:
          return delete();
        case 13:
          return link();
        case 14:
          return snapshot();
        case 15:
          return drop();
        case 16:
          return restore();
        case 17:
          return rollback();
        case 18:
          fs.sync();
          return "sync";
        default:
          return reopenOrCompact();
      }
    }

    private String write() throws IOException {
      String name = target();
      if (isDirectory(name)) {
        return null;
      }
      byte[] content = bytes(MOST_BYTES);
      Files.write(fs.getPath(name), content);
      now.computeIfAbsent(name, it -> new Node(content)).content = content;
      return "write";
    }

    private String overwrite() throws IOException {
      String name = pick(false);
      if (name == null) {
        return null;
      }
      Node node = now.get(name);
      int at = random.nextInt(node.content.length + 10_000);
      byte[] part = bytes(50_000);
      try (FileChannel channel = FileChannel.open(fs.getPath(name), StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(part), at);
      }
      put(node, part, at);
      return "overwrite";
    }

    private void put(Node node, byte[] part, int at) {
      if (part.length > 0) {
        node.content = Arrays.copyOf(node.content, Math.max(node.content.length, at + part.length));
        System.arraycopy(part, 0, node.content, at, part.length);
      }
    }

    private String cutOrAppend() throws IOException {
      String name = pick(false);
      if (name == null) {
        return null;
      }
      Node node = now.get(name);
      if (random.nextBoolean()) {
        byte[] more = bytes(30_000);
        Files.write(fs.getPath(name), more, StandardOpenOption.APPEND);
        put(node, more, node.content.length);
        return "append";
      }
      int size = random.nextInt(node.content.length + 1);
      try (FileChannel channel = FileChannel.open(fs.getPath(name), StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
      node.content = Arrays.copyOf(node.content, size);
      return "cut";
    }

    private String directory() throws IOException {
      String name = target();
      if (now.containsKey(name) || name.length() > 12) {
        return null;
      }
      Files.createDirectory(fs.getPath(name));
      now.put(name, new Node(null));
      return "directory";
    }

    /** Copies a file of now, or of a snapshot. */
    private String copy() throws IOException {
      String target = target();
      String snapshot = kept.isEmpty() || random.nextBoolean() ? null : anyKept();
      TreeMap<String, Node> from = snapshot == null ? now : kept.get(snapshot);
      List<String> files =
          from.keySet().stream().filter(it -> from.get(it).content != null).toList();
      if (files.isEmpty() || now.containsKey(target)) {
        return null;
      }
      String name = files.get(random.nextInt(files.size()));
      if (snapshot == null) {
        Files.copy(fs.getPath(name), fs.getPath(target));
      } else {
        try (CapsaFileSystem past = fs.openSnapshot(snapshot)) {
          Files.copy(past.getPath(name), fs.getPath(target));
        }
      }
      now.put(target, new Node(from.get(name).content.clone()));
      return "copy";
    }

    private String copyTree() throws IOException {
      String source = pick(true);
      String target = target();
      boolean below = source != null && (target + "/").startsWith(source + "/");
      if (source == null || below || now.containsKey(target) || target.length() > 12) {
        return null;
      }
      fs.copyTree(fs.getPath(source), fs.getPath(target));
      copyOf(below(now, source))
          .forEach((name, node) -> now.put(target + name.substring(source.length()), node));
      return "copyTree";
    }

    /** Transfers a range that often lies alike in both files. */
    private String transfer() throws IOException {
      String source = pick(false);
      String target = pick(false);
      if (source == null || now.get(source).content.length == 0) {
        return null;
      }
      byte[] content = now.get(source).content;
      Node node = now.get(target);
      int from = random.nextInt(content.length);
      int count = random.nextInt(content.length - from + 1);
      int at = from % 4096 + 4096 * random.nextInt(1 + node.content.length / 4096);
      at = Math.min(at, node.content.length); // else nothing would be transferred
      if (now.get(source) == node && from < at + count && at < from + count) {
        return null; // what an overlap leaves is not stated
      }
      try (FileChannel in = FileChannel.open(fs.getPath(source));
          FileChannel out = FileChannel.open(fs.getPath(target), StandardOpenOption.WRITE)) {
        out.position(at);
        int transferred = 0;
        while (transferred < count) {
          transferred += in.transferTo(from + transferred, count - transferred, out);
        }
      }
      put(node, Arrays.copyOfRange(content, from, from + count), at);
      return "transfer";
    }

    private String move() throws IOException {
      String source = random.nextInt(3) == 0 ? pick(true) : pick(false);
      String target = target();
      boolean below = source != null && (target + "/").startsWith(source + "/");
      if (source == null || below || now.containsKey(target)) {
        return null;
      }
      Files.move(fs.getPath(source), fs.getPath(target));
      TreeMap<String, Node> moved = below(now, source);
      now.keySet().removeAll(moved.keySet());
      moved.forEach((name, node) -> now.put(target + name.substring(source.length()), node));
      return "move";
    }

    private String delete() throws IOException {
      String name = pick(false);
      if (name == null) {
        return null;
      }
      Files.delete(fs.getPath(name));
      now.remove(name);
      return "delete";
    }

    private String link() throws IOException {
      String name = pick(false);
      String target = target();
      if (name == null || now.containsKey(target)) {
        return null;
      }
      Files.createLink(fs.getPath(target), fs.getPath(name));
      now.put(target, now.get(name));
      return "link";
    }

    private String anyKept() {
      return new ArrayList<>(kept.keySet()).get(random.nextInt(kept.size()));
    }

    private Revision revision(String name) throws IOException {
      return fs.snapshots().stream()
          .filter(it -> it.snapshot().orElseThrow().equals(name))
          .findFirst()
          .orElseThrow();
    }

    private String snapshot() throws IOException {
      String name = "s" + steps;
      fs.snapshot(name);
      kept.put(name, copyOf(now));
      return "snapshot";
    }

    private String drop() throws IOException {
      if (kept.isEmpty()) {
        return null;
      }
      String name = anyKept();
      fs.deleteSnapshot(name);
      kept.remove(name);
      return "drop";
    }

    private String restore() throws IOException {
      if (kept.isEmpty()) {
        return null;
      }
      String snapshot = anyKept();
      List<String> names = new ArrayList<>(kept.get(snapshot).keySet());
      if (names.isEmpty()) {
        return null;
      }
      String name = names.get(random.nextInt(names.size()));
      String parent = name.substring(0, name.lastIndexOf('/'));
      if (!parent.isEmpty() && !isDirectory(parent)) {
        return null;
      }
      fs.restore(fs.getPath(name), revision(snapshot));
      now.keySet().removeAll(below(now, name).keySet());
      now.putAll(copyOf(below(kept.get(snapshot), name)));
      return "restore";
    }

    private String rollback() throws IOException {
      if (kept.isEmpty()) {
        return null;
      }
      String snapshot = anyKept();
      Revision undo = fs.rollback(snapshot);
      undo.snapshot().filter(it -> it.startsWith("before-")).ifPresent(it -> kept.put(it, now));
      now = copyOf(kept.get(snapshot));
      return "rollback";
    }

    private String reopenOrCompact() throws IOException {
      if (random.nextBoolean()) {
        fs.compact();
        return "compact";
      }
      fs.close();
      fs = open();
      return "reopen";
    }
  }
}
