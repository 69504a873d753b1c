package dev.capsa.nio;

import dev.capsa.CapsaFileSystem;
import dev.capsa.Retention;
import dev.capsa.Revision;
import dev.capsa.inode.FileTree;
import dev.capsa.store.KeptRevision;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.CopyOption;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file system over an engine.
 *
 * <p>Every operation is inside the {@link Gate} while it uses the engine, never across a return to
 * the user. Closing shuts the gate, waits for those inside, closes what is open, and lets go of the
 * engine. Safe for any number of threads.
 */
final class ContainerFileSystem extends CapsaFileSystem {
  private final CapsaFileSystemProvider provider;
  private final Home container;
  private final Containers.Lease lease;
  private final Environment environment;

  /** The revision that this shows; null: the live head. */
  private final @Nullable Past past;

  private final long number;
  private final Consumer<? super ContainerFileSystem> forget;
  private final String uriPrefix;
  private final CapsaPath root = new CapsaPath(this, "/");
  private final Principals principals;
  private final CapsaFileStore store;

  private final Gate gate = new Gate();
  private final AtomicInteger shares = new AtomicInteger(1);
  private final Set<Closeable> opened = ConcurrentHashMap.newKeySet();

  /**
   * Of an engine that this file system gives back when it is closed.
   *
   * @param number tells the file systems of a process apart, older ones first
   * @param forget gets this once it is closed
   */
  ContainerFileSystem(
      CapsaFileSystemProvider provider,
      Home container,
      Containers.Lease lease,
      Environment environment,
      long number,
      Consumer<? super ContainerFileSystem> forget) {
    this.provider = provider;
    this.container = container;
    this.lease = lease;
    this.environment = environment;
    this.number = number;
    this.forget = forget;
    this.past = lease.past();
    this.uriPrefix =
        past == null
            ? container.uriPrefix()
            : Addresses.withRevision(container.uriPrefix(), lease.revision());
    this.principals = new Principals(environment);
    this.store = new CapsaFileStore(this);
  }

  // What the other classes of this package use.

  /**
   * Enters for one operation.
   *
   * @throws ClosedFileSystemException if it is closed
   */
  Gate.Stripe enter() {
    Gate.Stripe inside = gate.enter();
    if (inside == null) {
      throw new ClosedFileSystemException();
    }
    return inside;
  }

  /**
   * Enters for one operation that changes something.
   *
   * @throws ReadOnlyFileSystemException if it is read-only
   */
  Gate.Stripe enterToChange() {
    Gate.Stripe inside = enter();
    if (isReadOnly()) {
      inside.close();
      throw new ReadOnlyFileSystemException();
    }
    return inside;
  }

  /**
   * Enters for an operation of a channel.
   *
   * @throws ClosedChannelException if the file system is closed, and with it its channels
   */
  Gate.Stripe enterOrClosed() throws ClosedChannelException {
    Gate.Stripe inside = gate.enter();
    if (inside == null) {
      throw new ClosedChannelException();
    }
    return inside;
  }

  void requireOpen() {
    if (gate.isClosed()) {
      throw new ClosedFileSystemException();
    }
  }

  Engine engine() {
    return lease.engine();
  }

  /** Whether the files of another file system are the files of this one. */
  boolean hasFilesOf(ContainerFileSystem other) {
    return engine() == other.engine() && lease.revision() == other.lease.revision();
  }

  /** Number of the revision that this shows; 0: the live head. */
  long shownRevision() {
    return lease.revision();
  }

  /** The identity of a file. */
  InodeKey keyOf(long inode) {
    return new InodeKey(engine().identity(), lease.revision(), inode);
  }

  Watches watches() {
    return lease.watches();
  }

  FileTree tree() {
    return lease.tree();
  }

  FileLocks locks() {
    return lease.locks();
  }

  Environment environment() {
    return environment;
  }

  Principals principals() {
    return principals;
  }

  /** Where the container lies. */
  Home home() {
    return container;
  }

  CapsaFileStore store() {
    return store;
  }

  long number() {
    return number;
  }

  CapsaPath root() {
    return root;
  }

  URI uriOf(String absolutePath) {
    return URI.create(uriPrefix + Addresses.escape(absolutePath));
  }

  /** Remembers what closes with the file system. The caller is inside the gate. */
  void opened(Closeable resource) {
    opened.add(resource);
  }

  void closed(Closeable resource) {
    opened.remove(resource);
  }

  /** Takes a further share, so that one more closing is needed; false if it is too late. */
  boolean retain() {
    int before;
    do {
      before = shares.get();
      if (before == 0) {
        return false;
      }
    } while (!shares.compareAndSet(before, before + 1));
    return true;
  }

  // What users see.

  @Override
  public Optional<Path> container() {
    return container.file();
  }

  @Override
  public void sync() throws IOException {
    try (Gate.Stripe inside = enter()) {
      if (!isReadOnly()) {
        tree().force();
      }
    }
  }

  @Override
  public Statistics statistics() throws IOException {
    try (Gate.Stripe inside = enter()) {
      return engine().statistics();
    }
  }

  @Override
  public Usage usage() throws IOException {
    try (Gate.Stripe inside = enter()) {
      return engine().usage();
    }
  }

  @Override
  public void compact() throws IOException {
    Compacting compacting;
    try (Gate.Stripe inside = enterToChange()) {
      compacting = new Compacting(engine());
    }
    boolean more = true;
    while (more && !Thread.currentThread().isInterrupted()) {
      try (Gate.Stripe inside = enterToChange()) { // so that closing waits for a step, not for all
        more = compacting.step();
      }
      if (more) {
        compacting.pause();
      }
    }
    try (Gate.Stripe inside = enterToChange()) {
      engine().trim();
    }
  }

  @Override
  public void check(Consumer<? super Fault> faults) throws IOException {
    try (Gate.Stripe inside = enter()) {
      engine().check(faults);
    }
  }

  @Override
  public Revision revision() throws IOException {
    try (Gate.Stripe inside = enter()) {
      return past == null ? engine().revisions().newest() : past.revision();
    }
  }

  @Override
  public List<Revision> revisions() throws IOException {
    try (Gate.Stripe inside = enter()) {
      return engine().revisions().all();
    }
  }

  @Override
  public Revision snapshot(String name) throws IOException {
    KeptRevision.requireName(name);
    try (Gate.Stripe inside = enterToChange()) {
      return engine().revisions().keep(name);
    }
  }

  @Override
  public List<Revision> snapshots() throws IOException {
    try (Gate.Stripe inside = enter()) {
      return engine().revisions().snapshots();
    }
  }

  @Override
  public void deleteSnapshot(String name) throws IOException {
    KeptRevision.requireName(name);
    try (Gate.Stripe inside = enterToChange()) {
      engine().revisions().drop(name);
    }
  }

  @Override
  public List<Change> diff(Revision older, Revision newer) throws IOException {
    return changes(older.number(), newer.number());
  }

  @Override
  public List<Change> diff(Revision older) throws IOException {
    return changes(older.number(), 0);
  }

  private List<Change> changes(long older, long newer) throws IOException {
    try (Gate.Stripe inside = enter()) {
      return engine().revisions().diff(past, older, newer).stream()
          .map(
              it ->
                  new Change(
                      Change.Kind.valueOf(it.kind().name()), path(it.before()), path(it.after())))
          .sorted(Comparator.comparing(Change::path))
          .toList();
    }
  }

  private Optional<Path> path(@Nullable String path) {
    return path == null ? Optional.empty() : Optional.of(getPath(path));
  }

  private CapsaPath own(Path file) {
    CapsaPath path = CapsaPath.of(file);
    if (path.getFileSystem() != this) {
      throw new IllegalArgumentException(file + " is a path of another file system than " + this);
    }
    return path;
  }

  @Override
  public void restore(Path file, Revision revision) throws IOException {
    CapsaPath path = own(file).toAbsolutePath();
    enterToChange().close();
    if (path.getFileName() == null) {
      throw Errors.because(path, "The root stays where it is");
    }
    try (CapsaFileSystem then = openRevision(revision.number())) {
      Restoring.restore(then.getPath(path.toString()), path, watches());
    }
  }

  @Override
  public Revision rollback(long revision) throws IOException {
    try (Gate.Stripe inside = enterToChange()) {
      return engine().revisions().rollBack(tree(), revision);
    }
  }

  @Override
  public Revision rollback(String snapshot) throws IOException {
    Objects.requireNonNull(snapshot, "snapshot");
    KeptRevision.requireName(snapshot);
    try (Gate.Stripe inside = enterToChange()) {
      return engine().revisions().rollBack(tree(), snapshot);
    }
  }

  @Override
  public List<Version> history(Path file) throws IOException {
    CapsaPath path = own(file);
    try (Gate.Stripe inside = enter()) {
      long inode = Lookup.existing(path, true).inode();
      return engine().revisions().history(inode).stream()
          .map(it -> new Version(it.revision(), getPath(it.path())))
          .toList();
    }
  }

  @Override
  public Retention retention() throws IOException {
    try (Gate.Stripe inside = enter()) {
      return engine().revisions().retention();
    }
  }

  @Override
  public void retention(Retention retention) throws IOException {
    Objects.requireNonNull(retention, "retention");
    try (Gate.Stripe inside = enterToChange()) {
      engine().revisions().retention(retention);
    }
  }

  @Override
  public void copyTree(Path source, Path target, CopyOption... options) throws IOException {
    CapsaPath to = CapsaPath.of(target);
    if (to.getFileSystem() != this) {
      throw new IllegalArgumentException(target + " is a path of another file system than " + this);
    }
    TreeCopy.copy(CapsaPath.of(source), to, options);
  }

  @Override
  public CapsaFileSystem openSnapshot(String name) throws IOException {
    KeptRevision.requireName(name);
    return open(revisions -> revisions.open(name));
  }

  @Override
  public CapsaFileSystem openRevision(long number) throws IOException {
    return open(revisions -> revisions.open(number));
  }

  /** A file system that shows a revision, and is closed before this one. */
  private CapsaFileSystem open(Containers.Lease.Opening which) throws IOException {
    try (Gate.Stripe inside = enter()) {
      Containers.Lease shown = lease.further().showing(which);
      ContainerFileSystem fs =
          new ContainerFileSystem(
              provider,
              container,
              shown,
              environment.showing(shown.revision()),
              provider.nextNumber(),
              this::closed);
      opened(fs);
      return fs;
    }
  }

  @Override
  public CapsaFileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    int before;
    do {
      before = shares.get();
      if (before == 0) {
        return;
      }
    } while (!shares.compareAndSet(before, before - 1));
    if (before == 1) {
      closeNow();
    }
  }

  private void closeNow() throws IOException {
    gate.close();
    Failures failures = new Failures();
    for (Closeable resource : opened) {
      failures.run(resource::close);
    }
    failures.run(lease::release);
    forget.accept(this);
    failures.rethrow();
  }

  @Override
  public boolean isOpen() {
    return !gate.isClosed();
  }

  @Override
  public boolean isReadOnly() {
    return environment.readOnly() || lease.engine().readOnly();
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    requireOpen();
    return List.of(root);
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    requireOpen();
    return List.of(store);
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    requireOpen();
    return ViewNames.ALL;
  }

  @Override
  public CapsaPath getPath(String first, String... more) {
    return new CapsaPath(this, Names.join(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    return Glob.matcher(syntaxAndPattern);
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return principals;
  }

  @Override
  public WatchService newWatchService() {
    try (Gate.Stripe inside = enter()) {
      CapsaWatchService service = new CapsaWatchService(this, watches());
      opened(service);
      return service;
    }
  }

  @Override
  public String toString() {
    return uriPrefix + "/";
  }
}
