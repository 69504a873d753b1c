package dev.capsa.nio;

import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.Inode;
import dev.capsa.inode.InodeException;
import dev.capsa.inode.NewFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotLinkException;
import java.nio.file.attribute.FileAttribute;
import java.util.function.Predicate;

/** Operations on names: making directories and links, and deleting. */
final class NameSpace {
  private NameSpace() {}

  static void createDirectory(CapsaPath path, FileAttribute<?>... attributes) throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enterToChange()) {
      NewFile how = NewFiles.of(fs, FileKind.DIRECTORY, attributes);
      Found place = Lookup.find(path, false);
      fs.tree().createDirectory(place.directory(), freeName(path, place), how);
    } catch (InodeException e) {
      throw Errors.of(e, path);
    }
  }

  static void createSymbolicLink(CapsaPath path, CapsaPath target, FileAttribute<?>... attributes)
      throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enterToChange()) {
      NewFile how = NewFiles.of(fs, FileKind.LINK, attributes);
      if (target.isEmpty()) {
        throw Errors.missing(target);
      }
      Found place = Lookup.find(path, false);
      byte[] text = Names.encode(target.toString());
      fs.tree().createSymbolicLink(place.directory(), freeName(path, place), text, how);
    } catch (InodeException e) {
      throw Errors.of(e, path);
    }
  }

  /**
   * Gives a file a further name; a symbolic link at the end of {@code existing} is not followed.
   */
  static void createLink(CapsaPath path, CapsaPath existing) throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enterToChange()) {
      if (existing.getFileSystem() != fs) {
        throw new FileSystemException(
            path.toString(), existing.toString(), "A link to another file system");
      }
      Lookup.use(existing, false, file -> createLink(path, existing, file));
    }
  }

  private static Found createLink(CapsaPath path, CapsaPath existing, Found file)
      throws IOException {
    if (file.isDirectory()) {
      throw new FileSystemException(
          path.toString(), existing.toString(), "A directory has one name only");
    }
    Found place = Lookup.find(path, false);
    try {
      path.getFileSystem()
          .tree()
          .createLink(place.directory(), freeName(path, place), file.inode());
    } catch (InodeException e) {
      if (e.reason() == InodeException.Reason.NO_SUCH_FILE) {
        throw e;
      }
      throw Errors.of(e, path);
    }
    return place;
  }

  /** The name to make; there must be nothing there. */
  private static byte[] freeName(CapsaPath path, Found place) throws IOException {
    byte[] name = place.name();
    if (place.exists() || name == null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return name;
  }

  static CapsaPath readSymbolicLink(CapsaPath path) throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enter()) {
      Inode inode = Lookup.inode(path, false);
      byte[] target = inode.target();
      if (inode.kind() != FileKind.LINK || target == null) {
        throw new NotLinkException(path.toString());
      }
      return fs.getPath(Names.decode(target));
    }
  }

  /** Removes a file, a link itself, or an empty directory. */
  static void delete(CapsaPath path) throws IOException {
    delete(path, found -> true, "");
  }

  /** Removes a directory, or what is none. */
  static void delete(CapsaPath path, boolean directory) throws IOException {
    delete(
        path,
        found -> found.isDirectory() == directory,
        directory ? "Not a directory" : "Is a directory");
  }

  private static void delete(CapsaPath path, Predicate<Found> allowed, String reason)
      throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enterToChange()) {
      Found found = Lookup.existing(path, false);
      if (!allowed.test(found)) {
        throw Errors.because(path, reason);
      }
      fs.tree().remove(found.directory(), nameOf(path, found));
    } catch (InodeException e) {
      throw Errors.of(e, path);
    }
  }

  /** The last name of a path, which it must have to be removed or moved. */
  static byte[] nameOf(CapsaPath path, Found found) throws IOException {
    byte[] name = found.name();
    if (name == null) {
      String reason =
          found.inode() == FileTree.ROOT
              ? "The root stays where it is"
              : "The path ends in . or .. and not in a name";
      throw Errors.because(path, reason);
    }
    return name;
  }

  /** Whether two paths lead to the same file, links followed. */
  static boolean isSameFile(CapsaPath a, CapsaPath b) throws IOException {
    return keyOf(a).equals(keyOf(b));
  }

  private static InodeKey keyOf(CapsaPath path) throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enter()) {
      return fs.keyOf(Lookup.existing(path, true).inode());
    }
  }
}
