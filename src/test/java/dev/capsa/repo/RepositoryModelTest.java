package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.CapsaFullException;
import dev.capsa.block.ContentStore;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.store.MemorySpace;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random operations, commits, closings and crashes against a plain model. */
class RepositoryModelTest {
  private static final int STEPS = Integer.getInteger("capsa.repo.steps", 6_000);
  private static final int INODES = 5;
  private static final int MOST_BYTES = 40_000;
  private static final byte[] STEP = ItemKey.of(0, ItemKey.ORPHAN, 0);

  private final long seed = Long.getLong("capsa.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final MemorySpace space = new MemorySpace();

  /** States since the last force, by the step that made them. */
  private final TreeMap<Integer, Model> history = new TreeMap<>();

  private ContentStore content;
  private Model model = new Model();
  private Repository repository;
  private int step;
  private int refusals;

  /** How the background commits: never, in time with the operations, or under memory pressure. */
  enum Commits {
    ASKED(new RepositoryOptions(Durability.COMMIT, 1_000_000, 64 << 20, 1 << 20)),
    CONSTANT(new RepositoryOptions(Durability.COMMIT, 1, 64 << 20, 0)),
    UNFORCED(new RepositoryOptions(Durability.ASYNC, 1, 64 << 20, 1 << 16)),
    PRESSED(new RepositoryOptions(Durability.COMMIT, 1_000_000, 2 << 20, 1 << 20)),
    SHORT_OF_ROOM(new RepositoryOptions(Durability.COMMIT, 2, 4 << 20, 1 << 20));

    private final RepositoryOptions options;

    Commits(RepositoryOptions options) {
      this.options = options;
    }
  }

  @AfterEach
  void end() {
    if (repository != null) {
      repository.abandon();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ASKED, EXTENTS",
    "CONSTANT, EXTENTS",
    "UNFORCED, CHAIN",
    "PRESSED, CHAIN",
    "SHORT_OF_ROOM, EXTENTS"
  })
  void every_state_is_as_the_model_says_and_every_reopened_one_is_a_prefix(
      Commits commits, Layout layout) throws IOException {
    content = new StoreContentStore(space, layout);
    history.put(0, model.copy());
    open(commits);
    for (step = 1; step <= STEPS; step++) {
      if (commits == Commits.SHORT_OF_ROOM && random.nextInt(30) == 0) {
        space.capacityBytes(random.nextInt(3) == 0 ? Long.MAX_VALUE : random.nextInt(600_000));
      }
      Model before = model.copy();
      try {
        change();
        limit();
      } catch (CapsaFullException e) {
        refusals++;
        assertThat(commits).as(at()).isEqualTo(Commits.SHORT_OF_ROOM);
        model = before;
      }
      if (random.nextInt(10) == 0) {
        look();
      }
      if (random.nextInt(200) == 0) {
        space.capacityBytes(Long.MAX_VALUE);
        repository.force();
        forgetHistory();
      }
      if (random.nextInt(400) == 0) {
        space.capacityBytes(Long.MAX_VALUE);
        repository.close();
        forgetHistory();
        open(commits);
      }
      if (random.nextInt(400) == 0) {
        repository.abandon();
        open(commits);
      }
    }
    space.capacityBytes(Long.MAX_VALUE);
    repository.close();
    assertThat(refusals > 20).as(at()).isEqualTo(commits == Commits.SHORT_OF_ROOM);
    assertThat(space.openPins()).as(at()).isZero();
  }

  private String at() {
    return "long seed = " + seed + "L, step " + step;
  }

  private void open(Commits commits) throws IOException {
    repository = Repository.open(space, content, commits.options);
    try (View view = repository.view()) {
      byte[] counted = view.get(STEP);
      int reached = counted == null ? 0 : ByteBuffer.wrap(counted).getInt();
      assertThat(history).as("%s: no older than the last force", at()).containsKey(reached);
      model = history.get(reached).copy();
      model.check(view, at());
    }
    forgetHistory();
  }

  private void forgetHistory() {
    byte[] counted = model.items.get(STEP);
    history.clear();
    history.put(counted == null ? 0 : ByteBuffer.wrap(counted).getInt(), model.copy());
  }

  private void look() throws IOException {
    try (View view = repository.view()) {
      model.check(view, at());
      for (int i = 0; i < 20; i++) {
        model.checkLookup(view, key(), key(), at());
      }
      long inode = 2 + random.nextInt(INODES);
      byte[] file = model.file(inode);
      if (file.length > 0) {
        int from = random.nextInt(file.length);
        byte[] part = new byte[random.nextInt(file.length - from + 1)];
        view.read(inode, from, ByteBuffer.wrap(part));
        assertThat(part).as(at()).isEqualTo(Arrays.copyOfRange(file, from, from + part.length));
      }
    }
  }

  private byte[] key() {
    byte[] tail = new byte[random.nextInt(3)];
    for (int i = 0; i < tail.length; i++) {
      tail[i] = (byte) (random.nextInt(4) - 2);
    }
    return ItemKey.of(100 + random.nextInt(3), ItemKey.ENTRY, tail);
  }

  /** One operation: some items and perhaps a file's content, with the number of the step. */
  private void change() throws IOException {
    int items = random.nextInt(4);
    List<byte[]> puts = new ArrayList<>();
    List<byte[]> removes = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      (random.nextBoolean() ? puts : removes).add(key());
    }
    byte[] value = new byte[random.nextInt(50)];
    random.nextBytes(value);
    byte[] number = ByteBuffer.allocate(4).putInt(step).array();
    long inode = 2 + random.nextInt(INODES);
    int what = random.nextInt(20);
    Change change =
        mutation -> {
          mutation.put(STEP, number);
          puts.forEach(key -> mutation.put(key, value));
          removes.forEach(mutation::remove);
          if (what == 0) {
            mutation.removeContent(inode);
          }
        };
    changeContent(what, inode, change);
    model.items.put(STEP, number);
    puts.forEach(key -> model.items.put(key, value));
    removes.forEach(model.items::remove);
    history.put(step, model.copy());
  }

  private void changeContent(int what, long inode, Change change) throws IOException {
    long size = model.file(inode).length;
    if (what == 0) {
      repository.change(change);
      model.files.put(inode, new byte[0]);
    } else if (what < 10) {
      boolean append = random.nextInt(3) == 0;
      long position = append ? size : random.nextInt(MOST_BYTES);
      byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 200 : 20_000)];
      random.nextBytes(bytes);
      ByteBuffer source = ByteBuffer.wrap(bytes);
      if (bytes.length > 0) {
        repository.write(inode, position, source, size, change);
        assertThat(source.hasRemaining()).as(at()).isFalse();
        model.write(inode, position, bytes);
      } else {
        repository.write(inode, position, source, size, change);
      }
    } else if (what < 13) {
      long newSize = random.nextInt(MOST_BYTES);
      repository.truncate(inode, size, newSize, change);
      model.truncate(inode, newSize);
    } else {
      repository.change(change);
    }
  }

  /** Keeps appended files small. */
  private void limit() throws IOException {
    for (long inode = 2; inode < 2 + INODES; inode++) {
      long size = model.file(inode).length;
      if (size > 3 * MOST_BYTES) {
        byte[] number = ByteBuffer.allocate(4).putInt(++step).array();
        repository.truncate(inode, size, 0, mutation -> mutation.put(STEP, number));
        model.truncate(inode, 0);
        model.items.put(STEP, number);
        history.put(step, model.copy());
      }
    }
  }
}
