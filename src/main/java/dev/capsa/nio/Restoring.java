package dev.capsa.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings a file or a tree back from a revision: copies it beside its place, under a name of its
 * own, and puts it there when it is whole. A directory that is not empty is moved aside for that,
 * and removed at last. Whatever fails, the present state stays, or is put back. Watchers are told
 * of the place only, not of the other names. Confined to one thread.
 */
final class Restoring {
  /** What the names of files begin with that are not in their place yet, or not any more. */
  private static final String ASIDE = ".restored-";

  private static final int MOST_ATTEMPTS = 16;

  private final Path source;
  private final Path target;
  private final Watches watches;
  private final List<Aside> hidden = new ArrayList<>();

  /** Where a file with several names was restored to first. */
  private final Map<Object, Path> linked = new HashMap<>();

  private Restoring(Path source, Path target, Watches watches) {
    this.source = source;
    this.target = target;
    this.watches = watches;
  }

  /**
   * Restores.
   *
   * @param source in a file system that shows a revision
   * @param target absolute, and not the root
   * @param watches of the target's container
   */
  static void restore(Path source, Path target, Watches watches) throws IOException {
    for (int attempt = 1; true; attempt++) {
      Restoring restoring = new Restoring(source, target, watches);
      try {
        restoring.run();
        return;
      } catch (NoSuchFileException e) {
        // A rollback meanwhile takes away what is not in its place yet: nothing has happened.
        boolean taken = restoring.isAside(e.getFile()) || restoring.isAside(e.getOtherFile());
        if (attempt == MOST_ATTEMPTS || !taken) {
          throw e;
        }
      } finally {
        restoring.hidden.forEach(Aside::close);
      }
    }
  }

  private boolean isAside(@Nullable String file) {
    return file != null && hidden.stream().map(Aside::name).anyMatch(file::contains);
  }

  private Path aside() {
    Aside aside = new Aside(watches, ASIDE);
    hidden.add(aside);
    return target.resolveSibling(aside.name());
  }

  private void run() throws IOException {
    Files.readAttributes(source, BasicFileAttributes.class, NOFOLLOW_LINKS);
    Path whole = aside();
    boolean done = false;
    try {
      Files.walkFileTree(source, new Copying(whole));
      put(whole);
      done = true;
    } finally {
      if (!done) {
        removeQuietly(whole);
      }
    }
  }

  /** Copies what is below the source, and the source itself. */
  private final class Copying extends SimpleFileVisitor<Path> {
    private final Path whole;

    Copying(Path whole) {
      this.whole = whole;
    }

    private Path at(Path from) {
      return from.equals(source) ? whole : whole.resolve(source.relativize(from).toString());
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes of)
        throws IOException {
      Files.copy(directory, at(directory), COPY_ATTRIBUTES, NOFOLLOW_LINKS);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes of) throws IOException {
      boolean severalNames = (Integer) Files.getAttribute(file, "unix:nlink", NOFOLLOW_LINKS) > 1;
      Object key = Objects.requireNonNull(of.fileKey());
      Path first = severalNames ? linked.putIfAbsent(key, at(file)) : null;
      if (first != null) {
        Files.createLink(at(file), first);
      } else {
        Files.copy(file, at(file), COPY_ATTRIBUTES, NOFOLLOW_LINKS);
      }
      return FileVisitResult.CONTINUE;
    }

    /** Sets the times once more, which what was made in the directory has changed. */
    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      BasicFileAttributes of =
          Files.readAttributes(directory, BasicFileAttributes.class, NOFOLLOW_LINKS);
      Files.getFileAttributeView(at(directory), BasicFileAttributeView.class, NOFOLLOW_LINKS)
          .setTimes(of.lastModifiedTime(), of.lastAccessTime(), of.creationTime());
      return FileVisitResult.CONTINUE;
    }
  }

  private void put(Path whole) throws IOException {
    try {
      Files.move(whole, target, ATOMIC_MOVE);
    } catch (DirectoryNotEmptyException occupied) {
      Path present = aside();
      Files.move(target, present, ATOMIC_MOVE);
      boolean done = false;
      try {
        Files.move(whole, target, ATOMIC_MOVE);
        done = true;
      } finally {
        if (!done) {
          Files.move(present, target, ATOMIC_MOVE);
        }
      }
      remove(present);
    }
  }

  private static void remove(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes of) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The exception that made restoring fail is under way. */
  private static void removeQuietly(Path tree) {
    try {
      if (Files.exists(tree, NOFOLLOW_LINKS)) {
        remove(tree);
      }
    } catch (IOException e) {
      // It stays, under a name that says what it is.
    }
  }
}
