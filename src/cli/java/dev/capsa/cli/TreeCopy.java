package dev.capsa.cli;

import dev.capsa.CapsaFullException;
import dev.capsa.CapsaStoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Copies a tree of files into an empty directory of any other file system: files with their holes,
 * directories, symbolic links as they are, hard links among them as such, and attributes.
 *
 * <p>One thread walks, others copy files. Hard links and the attributes of directories come last:
 * the first need what they link to, the second would be changed by what is made inside. What cannot
 * be copied is told and left out, and the rest goes on: under the name of a file or link that is
 * left out there is nothing in the target. Only when the target is full or has failed, or when the
 * process is at its end, the copy ends with an exception.
 */
final class TreeCopy {
  private static final int MOST_WAITING = 1024;

  private final Path source;
  private final Path target;
  private final Tally tally;
  private final Settings settings;
  private final Attributes attributes;

  private final List<Pair> directories = new ArrayList<>();
  private final List<HardLink> hardLinks = new ArrayList<>();
  private final Map<Object, Path> linked = new HashMap<>();
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();

  /**
   * How to copy.
   *
   * @param threads files copied at once
   * @param excluded what is not copied, with all below it; given absolute paths
   * @param reader opens the files of the source
   * @param problems is told, by any thread, what could not be copied
   */
  record Settings(
      int threads,
      Predicate<Path> excluded,
      Main.Reader reader,
      BiConsumer<Path, Exception> problems) {}

  private record Pair(Path source, Path target) {}

  /** A further name of a file in the source, the copy of its first name, and its own copy. */
  private record HardLink(Path source, Path first, Path target) {}

  /** A copy of what is below {@code source} to below {@code target}; both are directories. */
  TreeCopy(Path source, Path target, Tally tally, Settings settings) {
    this.source = source;
    this.target = target;
    this.tally = tally;
    this.settings = settings;
    this.attributes = new Attributes(source, target, tally);
  }

  /** Copies everything. */
  void run() throws IOException {
    int threads = settings.threads();
    BlockingQueue<FileCopy> copiers = new ArrayBlockingQueue<>(threads);
    for (int i = 0; i < threads; i++) {
      copiers.add(new FileCopy(tally));
    }
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      Semaphore waiting = new Semaphore(MOST_WAITING);
      Files.walkFileTree(source, new Walk(workers, waiting, copiers));
      waiting.acquireUninterruptibly(MOST_WAITING);
    } finally {
      workers.shutdown();
      awaitEnd(workers);
    }
    endIfFatal();
    for (HardLink link : hardLinks) {
      attempt(link.source(), () -> link(link));
    }
    for (int i = directories.size() - 1; i >= 0; i--) {
      Pair directory = directories.get(i);
      attempt(directory.source(), () -> attributes.copy(directory.source(), directory.target()));
    }
    endIfFatal();
  }

  private static void awaitEnd(ExecutorService workers) {
    try {
      workers.awaitTermination(1, TimeUnit.DAYS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void link(HardLink link) throws IOException {
    if (Files.notExists(link.first(), LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("another name of a file that is left out");
    }
    Files.createLink(link.target(), link.first());
    tally.hardLinks.increment();
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Does a step; tells its failure, and remembers one that ends the copy. */
  private void attempt(Path file, Step step) {
    try {
      step.run();
    } catch (CapsaFullException | CapsaStoppedException e) {
      fatal.compareAndSet(null, e);
    } catch (IOException | UncheckedIOException | UnsupportedOperationException e) {
      tally.failures.increment();
      settings.problems().accept(file, e);
    } catch (RuntimeException | Error e) {
      fatal.compareAndSet(null, e);
    }
  }

  /** Does what fills a new file or link, which is removed again if that fails. */
  private void complete(Path copy, Step step) throws IOException {
    try {
      step.run();
    } catch (Throwable e) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException | RuntimeException stays) {
        e.addSuppressed(stays);
        String message = copy + " is incomplete and cannot be removed: " + Explanation.of(stays);
        fatal.compareAndSet(null, new IOException(message, e));
      }
      throw e;
    }
  }

  private void endIfFatal() throws IOException {
    Throwable e = fatal.get();
    if (e instanceof IOException failure) {
      throw failure;
    } else if (e instanceof RuntimeException failure) {
      throw failure;
    } else if (e instanceof Error failure) {
      throw failure;
    }
  }

  /** The same place below the target; nothing may lead out of it, whatever the source says. */
  private Path targetOf(Path file) throws IOException {
    Path at = target;
    for (Path each : source.relativize(file)) {
      String name = each.toString();
      if (name.isEmpty()) {
        continue;
      }
      requireFaithful(each, name);
      try {
        at = at.resolve(name);
      } catch (InvalidPathException e) {
        throw new IOException(Explanation.of(e), e);
      }
      Path last = at.getFileName();
      if (name.equals(".") || name.equals("..") || last == null || !last.toString().equals(name)) {
        throw new IOException("'" + name + "' is not a name of a file in the target");
      }
    }
    return at;
  }

  /** Refuses a name whose text does not say its bytes. */
  private static void requireFaithful(Path path, String name) throws IOException {
    if (name.indexOf('\uFFFD') < 0) {
      return;
    }
    boolean faithful;
    try {
      faithful = path.getFileSystem().getPath(name).equals(path);
    } catch (InvalidPathException e) {
      faithful = false;
    }
    if (!faithful) {
      throw new IOException("its name has other bytes: " + Explanation.namesAreTakenAs());
    }
  }

  /** Makes directories and links, and hands files out to be copied. */
  private final class Walk extends SimpleFileVisitor<Path> {
    private final ExecutorService workers;
    private final Semaphore waiting;
    private final BlockingQueue<FileCopy> copiers;

    Walk(ExecutorService workers, Semaphore waiting, BlockingQueue<FileCopy> copiers) {
      this.workers = workers;
      this.waiting = waiting;
      this.copiers = copiers;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes of)
        throws IOException {
      endIfFatal();
      if (isExcluded(directory)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      int before = directories.size();
      attempt(directory, () -> makeDirectory(directory));
      boolean made = directories.size() > before;
      return made ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
    }

    private boolean isExcluded(Path file) {
      return settings.excluded().test(file.toAbsolutePath().normalize());
    }

    private void makeDirectory(Path directory) throws IOException {
      Path copy = targetOf(directory);
      if (!directory.equals(source)) {
        Files.createDirectory(copy);
        tally.directories.increment();
      }
      directories.add(new Pair(directory, copy));
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes of) throws IOException {
      endIfFatal();
      if (!isExcluded(file)) {
        attempt(file, () -> visit(file, of));
      }
      return FileVisitResult.CONTINUE;
    }

    private void visit(Path file, BasicFileAttributes of) throws IOException {
      Path copy = targetOf(file);
      if (of.isSymbolicLink() || of.isRegularFile()) {
        Path first = firstName(file, of, copy);
        if (first != null) {
          hardLinks.add(new HardLink(file, first, copy));
        } else if (of.isSymbolicLink()) {
          copyLink(file, copy);
        } else {
          handOut(file, copy);
        }
      } else {
        throw new IOException("neither a file, nor a directory, nor a symbolic link");
      }
    }

    /** The copy of a file that was seen under another name; null if this is its first. */
    private @Nullable Path firstName(Path file, BasicFileAttributes of, Path copy)
        throws IOException {
      Object key = of.fileKey();
      if (key == null || !file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
        return null;
      }
      Object names = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
      boolean several = names instanceof Number number && number.longValue() > 1;
      return several ? linked.putIfAbsent(key, copy) : null;
    }

    private void copyLink(Path link, Path copy) throws IOException {
      Path text = Files.readSymbolicLink(link);
      requireFaithful(text, text.toString());
      Files.createSymbolicLink(copy, copy.getFileSystem().getPath(text.toString()));
      complete(copy, () -> attributes.copy(link, copy));
      tally.symbolicLinks.increment();
    }

    private void handOut(Path file, Path copy) {
      waiting.acquireUninterruptibly();
      boolean handedOut = false;
      try {
        workers.execute(() -> copyInWorker(file, copy));
        handedOut = true;
      } finally {
        if (!handedOut) {
          waiting.release();
        }
      }
    }

    private void copyInWorker(Path file, Path copy) {
      try {
        if (fatal.get() == null) {
          attempt(file, () -> copyFile(file, copy));
        }
      } finally {
        waiting.release();
      }
    }

    private void copyFile(Path file, Path copy) throws IOException {
      FileCopy copier = copiers.remove();
      try (FileChannel from = settings.reader().open(file)) {
        FileChannel to =
            FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        complete(
            copy,
            () -> {
              try (to) {
                copier.copy(file, from, to);
              }
              attributes.copy(file, copy);
            });
      } finally {
        copiers.add(copier);
      }
      tally.files.increment();
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      attempt(
          file,
          () -> {
            throw e;
          });
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
      if (e != null) {
        visitFileFailed(directory, e);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
