package dev.capsa.nio;

import dev.capsa.CapsaFileSystem;
import dev.capsa.CapsaFormatException;
import dev.capsa.CapsaFullException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.inode.CatalogFileTree;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.NewFile;
import dev.capsa.inode.TimeSource;
import dev.capsa.raw.ContainerAccess;
import dev.capsa.raw.FileRawStorage;
import dev.capsa.raw.RawStorage;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RepositoryOptions;
import dev.capsa.store.Batch;
import dev.capsa.store.CompactionScope;
import dev.capsa.store.ConcurrentStore;
import dev.capsa.store.MultiStore;
import dev.capsa.store.StoreOptions;
import dev.capsa.store.StoreStatistics;
import dev.capsa.store.StoreUsage;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts the layers together: the one place that knows how an engine is built. */
final class Layers implements Engine.Opener {
  @Override
  public Engine open(Home container, Environment environment) throws IOException {
    Deque<Closeable> opened = new ArrayDeque<>();
    try {
      return open(container, environment, opened);
    } catch (IOException | RuntimeException | Error e) {
      closeAll(opened, e);
      throw e;
    }
  }

  @Override
  public void check(Home container, Consumer<? super CapsaFileSystem.Fault> faults)
      throws IOException {
    Checking.closed(container, faults);
  }

  private static Engine open(Home container, Environment environment, Deque<Closeable> opened)
      throws IOException {
    boolean readOnly = environment.readOnly();
    ContainerAccess access = container.access(readOnly);
    opened.push(access);
    RawStorage raw = container.open(readOnly, reads(environment, access));
    opened.push(raw);
    StoreOptions storeOptions = storeOptions(environment);
    MultiStore store = openStore(container, raw, environment, storeOptions, access);
    ConcurrentStore space = ConcurrentStore.wrap(store, storeOptions);
    opened.push(space::close);
    StoreContentStore content =
        new StoreContentStore(space, StoreContentStore.Layout.values()[store.layout()]);
    Repository head = Repository.open(space, content, options(environment));
    opened.push(head::close);
    boolean writable = !store.readOnly();
    TimeSource time = TimeSource.system();
    FileTree tree;
    if (!writable) {
      tree = CatalogFileTree.openReadOnly(head, content, time);
    } else if (store.root().length == 0) {
      tree = CatalogFileTree.create(head, content, time, root(environment));
      if (environment.retention() != null) {
        new Revisions(head, content, time).retention(environment.retention());
      }
      head.force();
    } else {
      tree = CatalogFileTree.open(head, content, time);
    }
    opened.push(tree::close);
    Revisions revisions = new Revisions(head, content, time);
    return new ContainerEngine(container, raw, store, head, tree, revisions, opened);
  }

  /** Maps only what stays: an unregistered reader's file may be cut under it. */
  private static FileRawStorage.Reads reads(Environment environment, ContainerAccess access) {
    return "mapped".equals(environment.reads()) && access.protectsReads()
        ? FileRawStorage.Reads.MAPPED
        : FileRawStorage.Reads.CHANNEL;
  }

  private static StoreOptions storeOptions(Environment environment) {
    return StoreOptions.defaults()
        .withDiskTokens(environment.diskTokens())
        .withMostBytes(Math.max(0, environment.maxBytes()))
        .withReadOnly(environment.readOnly());
  }

  private static MultiStore openStore(
      Home container,
      RawStorage raw,
      Environment environment,
      StoreOptions options,
      ContainerAccess access)
      throws IOException {
    boolean isNew = raw.length() == 0 || MultiStore.isUnfinished(raw);
    if (!isNew) {
      return MultiStore.open(raw, options, access);
    }
    boolean create = environment.create() || container.file().isEmpty();
    if (!create || environment.readOnly()) {
      throw new CapsaFormatException(
          container
              + " is empty"
              + (environment.readOnly()
                  ? ": nothing to read"
                  : "; to make a container in it, open it with create=true"));
    }
    if (environment.initialBytes() > container.usableBytes()) {
      throw new CapsaFullException(
          container
              + " cannot have "
              + environment.initialBytes()
              + " bytes at once (initialSize): "
              + container.usableBytes()
              + " are usable");
    }
    raw.resize(0);
    StoreContentStore.Layout layout =
        "chain".equals(environment.layout())
            ? StoreContentStore.Layout.CHAIN
            : StoreContentStore.Layout.EXTENTS;
    MultiStore store = MultiStore.create(raw, layout.ordinal(), options, access);
    if (environment.initialBytes() > 0) {
      store.grow(environment.initialBytes());
    }
    return store;
  }

  private static RepositoryOptions options(Environment environment) {
    RepositoryOptions options = RepositoryOptions.DEFAULT.withDurability(environment.durability());
    if (environment.commitInterval() != null) {
      options = options.withCommitIntervalMillis(environment.commitInterval().toMillis());
    }
    return environment.cacheBytes() < 0
        ? options
        : options.withCacheBytes(environment.cacheBytes());
  }

  private static NewFile root(Environment environment) {
    return new NewFile(
        environment.directoryPermissions(),
        Principals.ownerOf(environment),
        Principals.groupOf(environment));
  }

  private static void closeAll(Deque<Closeable> opened, @Nullable Throwable reason)
      throws IOException {
    Throwable first = reason;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException | RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (reason == null && first != null) {
      if (first instanceof IOException e) {
        throw e;
      }
      throw (RuntimeException) first;
    }
  }

  /** An engine over a container file; what was opened is closed in the opposite order. */
  private record ContainerEngine(
      Home container,
      RawStorage raw,
      MultiStore store,
      Repository head,
      FileTree tree,
      Revisions revisions,
      Deque<Closeable> opened)
      implements Engine {
    @Override
    public UUID identity() {
      return store.uuid();
    }

    @Override
    public boolean readOnly() {
      return store.readOnly();
    }

    @Override
    public long freeBytes() {
      return store.freeBytes();
    }

    @Override
    public long unusedBytes() throws IOException {
      return store.unusedBytes();
    }

    @Override
    public long lengthBytes() {
      return store.length();
    }

    @Override
    public CapsaFileSystem.Statistics statistics() throws IOException {
      StoreStatistics of = store.statistics();
      return new CapsaFileSystem.Statistics(
          of.uuid(),
          of.formatVersion(),
          StoreContentStore.Layout.values()[of.layout()].name().toLowerCase(Locale.ROOT),
          instant(of.createdNanos()),
          of.lengthBytes(),
          of.usedBytes(),
          of.sequence(),
          instant(of.committedNanos()),
          of.durable(),
          of.epoch());
    }

    @Override
    public CapsaFileSystem.Usage usage() throws IOException {
      StoreUsage of = store.usage();
      return new CapsaFileSystem.Usage(
          of.lengthBytes(),
          of.liveBytes(),
          of.keptBytes(),
          of.uniqueBytes(),
          of.sharedBytes(),
          of.reclaimableBytes(),
          of.metadataBytes(),
          of.freeBytes());
    }

    @Override
    public Batch.Compacted compact(CompactionScope scope) throws IOException {
      return head.compact(scope);
    }

    @Override
    public void trim() throws IOException {
      head.trim();
    }

    @Override
    public void check(Consumer<? super CapsaFileSystem.Fault> faults) throws IOException {
      if (readOnly()) {
        Checking.closed(container, faults);
      } else {
        tree.force();
        Checking.written(container, container.openBeside(raw), store, faults);
      }
    }

    private static Instant instant(long nanos) {
      return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public void close() throws IOException {
      closeAll(opened, null);
    }
  }
}
