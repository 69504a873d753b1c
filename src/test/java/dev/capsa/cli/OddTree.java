package dev.capsa.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A tree of files with all that is odd and allowed, and what there is to compare of a tree. */
final class OddTree {
  private static final int[] SIZES = {
    0,
    1,
    64,
    2048,
    2049,
    4095,
    4096,
    4097,
    65_535,
    65_536,
    65_537,
    1 << 20,
    (1 << 20) + 1,
    3_000_001
  };

  private static final List<String> NAMES =
      List.of(
          " leading",
          "trailing ",
          "new\nline",
          "tab\there",
          "-dash",
          "...",
          "~",
          "a:b",
          "*?[x]",
          "back\\slash",
          "quote'\"",
          "e\u0301",
          "\u00e9",
          "\u65e5\u672c\u8a9e",
          "\ud83d\ude00 \ud83d\udc69\u200d\ud83d\udcbb",
          "\u05e9\u05dc\u05d5\u05dd",
          "\u0001control",
          "x".repeat(255),
          "\u20ac".repeat(85));

  private final Path root;
  private final Random random;

  private OddTree(Path root, long seed) {
    this.root = root;
    this.random = new Random(seed);
  }

  /** Makes the tree in an empty directory. */
  static void make(Path root, long seed) throws IOException {
    OddTree tree = new OddTree(root, seed);
    tree.names();
    tree.sizes();
    tree.holes();
    tree.links();
    tree.deep();
    tree.permissions();
    tree.times();
  }

  private void names() throws IOException {
    Path directory = Files.createDirectory(root.resolve("names"));
    for (String name : NAMES) {
      Files.writeString(directory.resolve(name), name);
      Files.createDirectories(root.resolve("directories").resolve(name));
    }
  }

  private void sizes() throws IOException {
    Path directory = Files.createDirectory(root.resolve("sizes"));
    for (int size : SIZES) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      Files.write(directory.resolve("random-" + size), bytes);
      Files.write(directory.resolve("zeros-" + size), new byte[size]);
    }
  }

  private void holes() throws IOException {
    Path directory = Files.createDirectory(root.resolve("holes"));
    sparse(directory.resolve("ends-in-hole"), 20_000_000, 5000);
    sparse(directory.resolve("ends-in-data"), 20_000_001, 20_000_000);
    sparse(directory.resolve("all-hole"), 12_345_678);
    sparse(directory.resolve("between"), 40 << 20, 0, 4096, 15 << 20, (15 << 20) + 4095, 30 << 20);
  }

  /** A file of a size that is a hole but for single bytes. */
  static void sparse(Path file, long size, long... bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.allocate(1), size - 1);
      for (long at : bytes) {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) (at % 100 + 1)}), at);
      }
    }
  }

  private void links() throws IOException {
    Path directory = Files.createDirectory(root.resolve("links"));
    Path file = Files.writeString(directory.resolve("file"), "linked");
    Files.createLink(directory.resolve("second"), file);
    Files.createLink(root.resolve("third"), file);
    Files.createSymbolicLink(directory.resolve("to-file"), Path.of("file"));
    Files.createSymbolicLink(directory.resolve("to-directory"), Path.of("../sizes"));
    Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere/\u65e5\u672c"));
    Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(directory.resolve("absolute"), Path.of("/no/such/place"));
    Files.createSymbolicLink(directory.resolve("dots"), Path.of("./../links/./file"));
  }

  private void deep() throws IOException {
    Path at = root.resolve("deep");
    for (int i = 0; i < 60; i++) {
      at = at.resolve("d" + i);
    }
    Files.createDirectories(at);
    Files.writeString(at.resolve("bottom"), "here");
    Files.createDirectory(root.resolve("empty"));
  }

  private void permissions() throws IOException {
    for (String mode : List.of("r--------", "rwxr-xr-x", "rw-rw-rw-", "r--r--r--")) {
      Path file = Files.writeString(root.resolve("mode-" + mode), mode);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
    Path closed = Files.createDirectory(root.resolve("closed"));
    Files.writeString(closed.resolve("inside"), "inside");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-x---"));
  }

  /** Gives everything times of its own, directories after what is in them. */
  private void times() throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(root)) {
      walk.forEach(all::add);
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      if (!Files.isSymbolicLink(all.get(i))) {
        Files.getFileAttributeView(all.get(i), BasicFileAttributeView.class)
            .setTimes(time(), time(), null);
      }
    }
  }

  private FileTime time() {
    long seconds = random.nextInt(1_900_000_000) - 10_000_000;
    return FileTime.from(Instant.ofEpochSecond(seconds, random.nextInt(1_000_000_000)));
  }

  /** Makes what is closed writable again, so that the directory can be removed. */
  static void open(Path root) throws IOException {
    Path closed = root.resolve("closed");
    if (Files.exists(closed)) {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  /** Each path below a root with all that is to be kept of it, but for the content of files. */
  static Map<String, String> attributes(Path root) throws IOException {
    Map<String, String> attributes = new TreeMap<>();
    Map<Object, String> firstNames = new HashMap<>();
    List<Path> all = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(root)) {
      walk.forEach(all::add);
    }
    all.sort((a, b) -> root.relativize(a).toString().compareTo(root.relativize(b).toString()));
    for (Path path : all) {
      String name = root.relativize(path).toString();
      attributes.put(name, describe(path, firstNames, name));
    }
    return attributes;
  }

  private static String describe(Path path, Map<Object, String> firstNames, String name)
      throws IOException {
    PosixFileAttributes of =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String owners = " " + of.owner().getName() + ":" + of.group().getName();
    if (of.isSymbolicLink()) {
      return "link to " + Files.readSymbolicLink(path) + owners;
    }
    String kind =
        of.isDirectory()
            ? "directory"
            : of.size() + " bytes of " + firstNames.computeIfAbsent(of.fileKey(), it -> name);
    return String.join(
        " ",
        kind,
        PosixFilePermissions.toString(of.permissions()),
        of.lastModifiedTime().toString(),
        owners);
  }
}
