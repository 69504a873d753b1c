package dev.capsa.crash;

import dev.capsa.inode.AttributeChange;
import dev.capsa.inode.Entry;
import dev.capsa.inode.FileCopy;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.InodeException;
import dev.capsa.inode.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Random operations of all kinds on a file tree. What the tree refuses is not done. */
final class RandomFileWork {
  private static final NewFile HOW = new NewFile(0644, "o", "g");

  private final Random random;

  RandomFileWork(Random random) {
    this.random = random;
  }

  /** One operation. */
  void step(FileTree tree) throws IOException {
    try {
      long directory = anyDirectory(tree);
      switch (random.nextInt(12)) {
        case 0 -> tree.createDirectory(directory, name(), HOW);
        case 1 -> tree.createSymbolicLink(directory, name(), name(), HOW);
        case 2, 3 -> write(tree, tree.createFile(directory, name(), HOW).number());
        case 4, 5 -> write(tree, anyFile(tree, directory));
        case 6 -> truncate(tree, anyFile(tree, directory));
        case 7 -> tree.createLink(directory, name(), anyFile(tree, anyDirectory(tree)));
        case 8 -> tree.remove(directory, anyEntry(tree, directory).name());
        case 9 ->
            tree.rename(
                directory,
                anyEntry(tree, directory).name(),
                anyDirectory(tree),
                name(),
                random.nextBoolean());
        case 10 ->
            tree.setAttributes(
                anyFile(tree, directory),
                new AttributeChange(
                    random.nextInt(512), null, null, random.nextLong(), null, null));
        default ->
            tree.setAttribute(
                anyFile(tree, directory),
                ("user" + random.nextInt(3)).getBytes(StandardCharsets.UTF_8),
                name());
      }
    } catch (InodeException refused) {
      // The tree said that it did nothing.
    }
  }

  /** Has a part of a file stored in consecutive blocks; the medium then says that it cannot map. */
  void gather(FileTree tree) throws IOException {
    try (FileTree.FileHandle file = tree.open(anyFile(tree, anyDirectory(tree)))) {
      long position = random.nextLong(file.size() + 1);
      long length = random.nextLong(file.size() - position + 1);
      file.map(position, length, true, (channel, at) -> channel);
    } catch (InodeException refused) {
      // There is no file.
    }
  }

  /** Opens a file; null if it finds none. */
  FileTree.FileHandle open(FileTree tree) throws IOException {
    try {
      return tree.open(anyFile(tree, anyDirectory(tree)));
    } catch (InodeException refused) {
      return null;
    }
  }

  /** Removes something, if it finds a file or an empty directory. */
  void remove(FileTree tree) throws IOException {
    try {
      long directory = anyDirectory(tree);
      tree.remove(directory, anyEntry(tree, directory).name());
    } catch (InodeException refused) {
      // The tree said that it did nothing.
    }
  }

  /** Copies a file by sharing, if it finds one that is large enough; whether it did. */
  boolean copy(FileTree tree) throws IOException {
    return copy(tree, tree);
  }

  /** As the other, from a tree of the same container, perhaps a kept one. */
  boolean copy(FileTree from, FileTree tree) throws IOException {
    try (FileTree.FileHandle file = from.open(anyFile(from, anyDirectory(from)))) {
      FileCopy how = new FileCopy(HOW, random.nextBoolean(), random.nextBoolean());
      return tree.share(file, anyDirectory(tree), name(), how).isPresent();
    } catch (InodeException refused) {
      return false; // there is no file, or the name is taken
    }
  }

  private byte[] name() {
    return ("n" + random.nextInt(12)).getBytes(StandardCharsets.UTF_8);
  }

  private long anyDirectory(FileTree tree) throws IOException {
    long at = FileTree.ROOT;
    while (random.nextInt(3) > 0) {
      List<Entry> entries = tree.list(at, null, 100);
      if (entries.isEmpty()) {
        return at;
      }
      Entry entry = entries.get(random.nextInt(entries.size()));
      if (entry.kind() != FileKind.DIRECTORY) {
        return at;
      }
      at = entry.inode();
    }
    return at;
  }

  private Entry anyEntry(FileTree tree, long directory) throws IOException {
    List<Entry> entries = tree.list(directory, null, 100);
    if (entries.isEmpty()) {
      throw new InodeException(InodeException.Reason.NO_SUCH_FILE, "empty");
    }
    return entries.get(random.nextInt(entries.size()));
  }

  private long anyFile(FileTree tree, long directory) throws IOException {
    for (int i = 0; i < 5; i++) {
      Entry entry = anyEntry(tree, directory);
      if (entry.kind() == FileKind.FILE) {
        return entry.inode();
      }
    }
    throw new InodeException(InodeException.Reason.NO_SUCH_FILE, "no file");
  }

  private int length() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(100);
      case 1, 2 -> random.nextInt(3_000);
      case 3, 4 -> random.nextInt(20_000);
      default -> random.nextInt(150_000);
    };
  }

  private void write(FileTree tree, long inode) throws IOException {
    try (FileTree.FileHandle file = tree.open(inode)) {
      byte[] bytes = new byte[1 + length()];
      random.nextBytes(bytes);
      if (random.nextInt(3) == 0) {
        file.append(ByteBuffer.wrap(bytes));
      } else {
        file.write(random.nextBoolean() ? 0 : length(), ByteBuffer.wrap(bytes));
      }
    }
  }

  private void truncate(FileTree tree, long inode) throws IOException {
    try (FileTree.FileHandle file = tree.open(inode)) {
      file.truncate(length());
    }
  }
}
