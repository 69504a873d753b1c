package dev.capsa.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which one pack makes its container: beside the container's place, named {@code
 * <container>.packing-} and eight digits. In it lie the file {@value #OWNER}, which its owner keeps
 * locked until the folder is gone, and the container with its own lock file.
 *
 * <p>Invariant: only who holds that lock touches what is in the folder. It is taken for a moment by
 * those who look for what a killed process has left; the system has dropped the lock of a dead one.
 * Who makes a folder may lose it to them before he holds the lock; he finds that out, since then he
 * does not get the lock or the file is gone, and makes another one. Nothing is removed that has not
 * these names.
 *
 * <p>A process that closes a file loses, on POSIX, its locks on it, through whatever channel they
 * were taken: so a process never opens the owner's file of a folder of its own a second time.
 */
final class PackingFolder implements Closeable {
  private static final String OWNER = "capsa-pack.owner";
  private static final Pattern SUFFIX = Pattern.compile("\\.packing-[0-9a-f]{8}");

  /** The folders of this process. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path folder;
  private final FileChannel owner;

  /** Kept, since the virtual machine forgets locks that nobody refers to. */
  private final FileLock lock;

  private PackingFolder(Path target, Path folder, FileChannel owner, FileLock lock) {
    this.target = target;
    this.folder = folder;
    this.owner = owner;
    this.lock = lock;
  }

  /**
   * A new folder for a container; removes what killed processes have left of others for it.
   *
   * @param target the container's place, in the real path of its folder
   */
  static PackingFolder make(Path target) throws IOException {
    removeLeftovers(target);
    while (true) {
      String digits = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
      Path folder = target.resolveSibling(target.getFileName() + ".packing-" + digits);
      PackingFolder made = OWN.add(folder) ? tryMake(target, folder) : null;
      if (made != null) {
        return made;
      }
    }
  }

  /** A new folder of a name; null if there is one already, or somebody has taken it for left. */
  private static @Nullable PackingFolder tryMake(Path target, Path folder) throws IOException {
    FileChannel owner = null;
    FileLock lock = null;
    try {
      Files.createDirectory(folder);
      Path file = folder.resolve(OWNER);
      owner = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      FileLock taken = owner.tryLock();
      if (taken != null && Files.exists(file)) {
        String text = "pid=" + ProcessHandle.current().pid() + "\n";
        owner.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        lock = taken;
        return new PackingFolder(target, folder, owner, taken);
      }
      return null;
    } catch (FileAlreadyExistsException e) {
      return null;
    } catch (NoSuchFileException e) {
      if (Files.notExists(target.getParent())) {
        throw e;
      }
      return null;
    } catch (IOException e) {
      if (owner != null) {
        Files.deleteIfExists(folder.resolve(OWNER));
        Files.deleteIfExists(folder);
      }
      throw e;
    } finally {
      if (lock == null) {
        if (owner != null) {
          owner.close();
        }
        OWN.remove(folder);
      }
    }
  }

  /** Whether a path is such a folder for a container, of whomever. */
  static boolean isOne(Path path, Path target) {
    return hasName(path, target)
        && Files.isRegularFile(path.resolve(OWNER), LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean hasName(Path path, Path target) {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    String start = target.getFileName().toString();
    return target.getParent().equals(path.getParent())
        && name.startsWith(start)
        && SUFFIX.matcher(name.substring(start.length())).matches();
  }

  private static void removeLeftovers(Path target) throws IOException {
    try (DirectoryStream<Path> beside =
        Files.newDirectoryStream(target.getParent(), it -> hasName(it, target))) {
      for (Path folder : beside) {
        if (!OWN.contains(folder) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          removeIfLeft(folder, target);
        }
      }
    } catch (AccessDeniedException e) {
      // One may write in a folder but not read it; then what is left there stays.
    }
  }

  private static void removeIfLeft(Path folder, Path target) {
    try (FileChannel owner =
        FileChannel.open(
            folder.resolve(OWNER), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      FileLock lock = owner.tryLock();
      if (lock != null) {
        removeAll(folder, target);
      }
    } catch (NoSuchFileException e) {
      removeIfEmpty(folder);
    } catch (OverlappingFileLockException | IOException e) {
      // It is in use, or not ours to remove: nothing depends on it.
    }
  }

  /** Its owner was killed right after he made it, or before he removed it; or is just making it. */
  private static void removeIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // It is not empty: somebody else's.
    }
  }

  /** To be done by the owner alone. */
  private static void removeAll(Path folder, Path target) throws IOException {
    String name = target.getFileName().toString();
    Files.deleteIfExists(folder.resolve(name));
    Files.deleteIfExists(folder.resolve(name + ".lock"));
    Files.deleteIfExists(folder.resolve(OWNER));
    Files.deleteIfExists(folder);
  }

  /** Where to make the container. */
  Path container() {
    return folder.resolve(target.getFileName());
  }

  /**
   * Gives the container, which is closed, its name, durably. Afterwards all of it is there, or what
   * was there before; of several who do this each is whole, and the last one stays.
   *
   * @param replace whether it may take the place of a file that is there
   * @throws FileAlreadyExistsException if there is one, and it may not
   */
  void publish(boolean replace) throws IOException {
    if (replace) {
      Files.move(container(), target, StandardCopyOption.ATOMIC_MOVE);
    } else {
      try {
        Files.createLink(target, container());
      } catch (FileAlreadyExistsException e) {
        throw e;
      } catch (FileSystemException | UnsupportedOperationException e) {
        publishWithoutLinks();
      }
    }
    forceName();
  }

  /** For file systems without links: reserves the name with an empty file, and replaces that. */
  void publishWithoutLinks() throws IOException {
    Files.createFile(target);
    try {
      Files.move(container(), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (Files.size(target) == 0) {
        Files.delete(target);
      }
      throw e;
    }
  }

  /** Makes the name durable, where the system lets a folder be forced. */
  private void forceName() throws IOException {
    Path parent = target.getParent();
    if (!Files.getFileStore(parent).supportsFileAttributeView("posix")) {
      return;
    }
    try (FileChannel opened = FileChannel.open(parent, StandardOpenOption.READ)) {
      opened.force(true);
    } catch (AccessDeniedException e) {
      // One may write in a folder but not read it, hence not force it.
    }
  }

  /** Removes the folder with all that is in it; a rest is removed by the next pack. */
  @Override
  public void close() {
    try {
      removeAll(folder, target);
      lock.release();
    } catch (IOException e) {
      // What went wrong before is told.
    } finally {
      try {
        owner.close();
      } catch (IOException e) {
        // The system drops the lock at the end of the process.
      }
      OWN.remove(folder);
    }
  }
}
