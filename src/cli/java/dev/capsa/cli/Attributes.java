package dev.capsa.cli;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives copies the times, permissions, owner and group of their originals. What the target refuses
 * is counted, not thrown: an ordinary user may not give files away. Safe for many threads.
 */
final class Attributes {
  private final boolean posix;
  private final Principals owners;
  private final Principals groups;
  private final Tally tally;

  Attributes(Path source, Path target, Tally tally) {
    this.posix = hasPosix(source) && hasPosix(target);
    this.owners = new Principals(target.getFileSystem(), false);
    this.groups = new Principals(target.getFileSystem(), true);
    this.tally = tally;
  }

  private static boolean hasPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Copies them all; the times last, since whatever else is set may change them. */
  void copy(Path source, Path target) throws IOException {
    if (posix) {
      copyPosix(source, target);
    } else {
      BasicFileAttributes from =
          Files.readAttributes(source, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      setTimes(target, from);
    }
  }

  private void copyPosix(Path source, Path target) throws IOException {
    PosixFileAttributes from =
        Files.readAttributes(source, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributeView view =
        Files.getFileAttributeView(target, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributes to = view.readAttributes();
    boolean sameOwner = from.owner().getName().equals(to.owner().getName());
    boolean sameGroup = from.group().getName().equals(to.group().getName());
    try {
      if (!sameOwner) {
        view.setOwner(owners.find(from.owner().getName()));
      }
      if (!sameGroup) {
        view.setGroup((GroupPrincipal) groups.find(from.group().getName()));
      }
    } catch (IOException e) {
      tally.owners.increment();
    }
    if (!from.isSymbolicLink() && !from.permissions().equals(to.permissions())) {
      try {
        view.setPermissions(from.permissions());
      } catch (IOException | UnsupportedOperationException e) {
        tally.attributes.increment();
      }
    }
    setTimes(target, from);
  }

  private void setTimes(Path target, BasicFileAttributes from) {
    BasicFileAttributeView view =
        Files.getFileAttributeView(target, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      view.setTimes(from.lastModifiedTime(), from.lastAccessTime(), from.creationTime());
    } catch (IOException e) {
      boolean expected =
          from.isSymbolicLink() && target.getFileSystem() == FileSystems.getDefault();
      if (!expected) {
        tally.attributes.increment();
      }
    }
  }

  /** Users or groups of the target by name; each is looked up once. */
  private static final class Principals {
    private final FileSystem fs;
    private final boolean groups;
    private final Map<String, Optional<UserPrincipal>> known = new ConcurrentHashMap<>();

    Principals(FileSystem fs, boolean groups) {
      this.fs = fs;
      this.groups = groups;
    }

    UserPrincipal find(String name) throws IOException {
      return known
          .computeIfAbsent(name, this::lookUp)
          .orElseThrow(() -> new IOException("no such user or group: " + name));
    }

    private Optional<UserPrincipal> lookUp(String name) {
      try {
        UserPrincipalLookupService service = fs.getUserPrincipalLookupService();
        return Optional.of(
            groups
                ? service.lookupPrincipalByGroupName(name)
                : service.lookupPrincipalByName(name));
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }
}
