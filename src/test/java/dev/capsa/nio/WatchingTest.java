package dev.capsa.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Capsa;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.NewFile;
import dev.capsa.inode.Rollback;
import dev.capsa.store.KeptRevision;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What watching a container promises beyond what the interface asks for. */
class WatchingTest {
  @TempDir Path folder;
  private Path container;

  @BeforeEach
  void make() throws IOException {
    container = folder.resolve("watched.capsa");
    Capsa.open(container, Capsa.options().create(true)).close();
  }

  @Test
  void an_event_is_there_when_the_change_returns() throws IOException {
    try (FileSystem fs = FileSystems.newFileSystem(container);
        WatchService watcher = fs.newWatchService()) {
      WatchKey key = fs.getPath("/").register(watcher, ENTRY_CREATE);
      Files.createFile(fs.getPath("/f"));
      assertThat(watcher.poll()).isSameAs(key);
    }
  }

  @Test
  void changes_through_another_file_system_on_the_container_are_told() throws IOException {
    try (FileSystem fs = FileSystems.newFileSystem(container);
        FileSystem other = FileSystems.newFileSystem(container);
        WatchService watcher = fs.newWatchService()) {
      WatchKey key = fs.getPath("/").register(watcher, ENTRY_CREATE, ENTRY_MODIFY);
      Files.writeString(other.getPath("/f"), "x");
      assertThat(watcher.poll()).isSameAs(key);
      List<WatchEvent<?>> events = key.pollEvents();
      assertThat(events)
          .extracting(it -> it.kind().name())
          .containsExactly("ENTRY_CREATE", "ENTRY_MODIFY");
      assertThat(events).allMatch(it -> it.context().equals(fs.getPath("f")));
    }
  }

  @Test
  void every_modification_is_counted() throws IOException {
    try (FileSystem fs = FileSystems.newFileSystem(container);
        WatchService watcher = fs.newWatchService()) {
      Files.createFile(fs.getPath("/f"));
      Files.createFile(fs.getPath("/g"));
      WatchKey key = fs.getPath("/").register(watcher, ENTRY_MODIFY);
      try (FileChannel f = FileChannel.open(fs.getPath("/f"), StandardOpenOption.WRITE);
          FileChannel g = FileChannel.open(fs.getPath("/g"), StandardOpenOption.WRITE)) {
        for (int i = 0; i < 5; i++) {
          f.write(ByteBuffer.allocate(1));
          g.write(ByteBuffer.allocate(1));
        }
      }
      assertThat(key.pollEvents()).extracting(WatchEvent::count).containsExactly(5, 5);
    }
  }

  @Test
  void a_transfer_that_shares_blocks_is_a_modification_of_its_target() throws IOException {
    try (FileSystem fs = FileSystems.newFileSystem(container);
        WatchService watcher = fs.newWatchService()) {
      Path from = Files.write(fs.getPath("/from"), new byte[1 << 20]);
      Path to = Files.createFile(fs.getPath("/to"));
      WatchKey key = fs.getPath("/").register(watcher, ENTRY_MODIFY);
      try (FileChannel in = FileChannel.open(from);
          FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
        in.transferTo(0, 1 << 20, out);
      }
      List<WatchEvent<?>> events = key.pollEvents();
      assertThat(events).hasSize(1);
      assertThat(events.get(0).context()).isEqualTo(fs.getPath("to"));
    }
  }

  @Test
  void more_events_than_are_kept_become_one_overflow() throws IOException {
    try (FileSystem fs = FileSystems.newFileSystem(container);
        WatchService watcher = fs.newWatchService()) {
      WatchKey key = fs.getPath("/").register(watcher, ENTRY_CREATE);
      for (int i = 0; i < CapsaWatchKey.MOST_EVENTS; i++) {
        Files.createFile(fs.getPath("/f" + i));
      }
      assertThat(key.pollEvents()).hasSize(CapsaWatchKey.MOST_EVENTS);
      for (int i = 0; i < CapsaWatchKey.MOST_EVENTS + 3; i++) {
        Files.createFile(fs.getPath("/g" + i));
      }
      List<WatchEvent<?>> events = key.pollEvents();
      assertThat(events).hasSize(1);
      assertThat(events.get(0).kind()).isEqualTo(OVERFLOW);
      assertThat(events.get(0).context()).isNull();
      assertThat(events.get(0).count()).isEqualTo(3);
    }
  }

  @Test
  void a_directory_is_watched_also_after_it_was_renamed() throws IOException {
    try (FileSystem fs = FileSystems.newFileSystem(container);
        WatchService watcher = fs.newWatchService()) {
      Path before = Files.createDirectory(fs.getPath("/before"));
      WatchKey key = before.register(watcher, ENTRY_CREATE);
      Files.move(before, fs.getPath("/after"));
      Files.createFile(fs.getPath("/after/f"));
      assertThat(watcher.poll()).isSameAs(key);
    }
  }

  /** The creation is slow to return; the removal by another thread, done after it, is not. */
  @Test
  void events_of_two_threads_come_in_the_order_of_their_changes() throws Exception {
    CountDownLatch created = new CountDownLatch(1);
    CountDownLatch removed = new CountDownLatch(1);
    FileTree slow =
        delegating(
            new MemoryTree(),
            method -> {
              if (method.equals("createFile")) {
                created.countDown();
                removed.await(300, TimeUnit.MILLISECONDS);
              } else if (method.equals("remove")) {
                removed.countDown();
              }
            });
    byte[] name = {'f'};
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (FileSystem fs = FileSystems.newFileSystem(container)) {
      ContainerFileSystem ours = (ContainerFileSystem) fs;
      Watches watches = new Watches();
      CapsaWatchKey key = registered(ours, watches);
      FileTree tree = new WatchedTree(slow, watches);
      Future<?> creation =
          thread.submit(() -> tree.createFile(FileTree.ROOT, name, new NewFile(0644, "o", "g")));
      created.await();
      tree.remove(FileTree.ROOT, name);
      creation.get();
      assertThat(key.pollEvents())
          .extracting(it -> it.kind().name())
          .containsExactly("ENTRY_CREATE", "ENTRY_DELETE");
    } finally {
      thread.shutdownNow();
    }
  }

  /** The creation is slow to return; the rollback that undoes it, by another thread, is not. */
  @Test
  void events_of_a_rollback_come_after_those_of_what_it_undoes() throws Exception {
    CountDownLatch created = new CountDownLatch(1);
    CountDownLatch undone = new CountDownLatch(1);
    byte[] name = {'f'};
    MemoryTree files = new MemoryTree();
    FileTree slow =
        (FileTree)
            Proxy.newProxyInstance(
                FileTree.class.getClassLoader(),
                new Class<?>[] {FileTree.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("rollBack")) {
                    FileTree.Onlooker onlooker = (FileTree.Onlooker) arguments[1];
                    assertThat(onlooker.directories()).containsExactly(FileTree.ROOT);
                    files.remove(FileTree.ROOT, name);
                    Rollback.NameChange gone =
                        new Rollback.NameChange(FileTree.ROOT, Rollback.Kind.DELETED, name);
                    onlooker.done(new Rollback(List.of(gone), List.of()));
                    undone.countDown();
                    return Optional.of(new KeptRevision("", 1, 0, new byte[0]));
                  }
                  Object result = method.invoke(files, arguments);
                  if (method.getName().equals("createFile")) {
                    created.countDown();
                    undone.await(300, TimeUnit.MILLISECONDS);
                  }
                  return result;
                });
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (FileSystem fs = FileSystems.newFileSystem(container)) {
      ContainerFileSystem ours = (ContainerFileSystem) fs;
      Watches watches = new Watches();
      CapsaWatchKey key = registered(ours, watches);
      WatchedTree tree = new WatchedTree(slow, watches);
      Future<?> creation =
          thread.submit(() -> tree.createFile(FileTree.ROOT, name, new NewFile(0644, "o", "g")));
      created.await();
      tree.rollBack(
          1,
          new FileTree.Onlooker() {
            @Override
            public Set<Long> directories() {
              return Set.of();
            }

            @Override
            public void done(Rollback what) {}
          });
      creation.get();
      assertThat(key.pollEvents())
          .extracting(it -> it.kind().name())
          .containsExactly("ENTRY_CREATE", "ENTRY_DELETE");
    } finally {
      thread.shutdownNow();
    }
  }

  private interface After {
    void called(String method) throws Exception;
  }

  private static FileTree delegating(FileTree tree, After after) {
    return (FileTree)
        Proxy.newProxyInstance(
            FileTree.class.getClassLoader(),
            new Class<?>[] {FileTree.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(tree, arguments);
              after.called(method.getName());
              return result;
            });
  }

  @Test
  void closing_the_file_system_closes_its_services() throws IOException {
    FileSystem fs = FileSystems.newFileSystem(container);
    WatchService watcher = fs.newWatchService();
    WatchKey key = fs.getPath("/").register(watcher, ENTRY_CREATE);
    fs.close();
    assertThatThrownBy(watcher::poll).isInstanceOf(ClosedWatchServiceException.class);
    assertThat(key.isValid()).isFalse();
  }

  @Test
  void a_service_of_another_file_system_is_refused() throws IOException {
    try (FileSystem fs = FileSystems.newFileSystem(container);
        FileSystem other = FileSystems.newFileSystem(container);
        WatchService watcher = other.newWatchService()) {
      assertThatThrownBy(() -> fs.getPath("/").register(watcher, ENTRY_CREATE))
          .isInstanceOf(ProviderMismatchException.class)
          .hasMessageContaining(fs.getPath("/").toUri().toString());
    }
  }

  /** A key of the root for what comes and goes. */
  private static CapsaWatchKey registered(ContainerFileSystem fs, Watches watches)
      throws IOException {
    CapsaWatchKey key =
        new CapsaWatchKey(
            new CapsaWatchService(fs, watches),
            fs.root(),
            FileTree.ROOT,
            Set.of(ENTRY_CREATE, ENTRY_DELETE));
    watches.add(key);
    return key;
  }
}
