package dev.capsa.repo;

import static dev.capsa.repo.Rig.PAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.store.MemorySpace;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads transfer amounts between accounts. An account is an inode with an item, its balance, and
 * a file with a stamp that lies across two pages and says the balance too. In every committed root
 * the balances sum up to the same, and each stamp is whole and says its item's balance.
 */
class TransferTest {
  private static final int ACCOUNTS = 6;
  private static final int THREADS = 4;
  private static final long START = 1_000;
  private static final int STAMP_AT = PAGE - 8;
  private static final int FILE_BYTES = 2 * PAGE - 100;
  private static final int COMMITS = Integer.getInteger("capsa.repo.commits", 400);
  private static final int MOST_COMMITS = 20_000;

  private final long seed = Long.getLong("capsa.seed", System.nanoTime());
  private final MemorySpace memory = new MemorySpace();
  private final ReentrantLock[] locks = new ReentrantLock[ACCOUNTS];
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final PlainContentStore content = new PlainContentStore(memory);
  private volatile boolean over;

  @ParameterizedTest
  @ValueSource(strings = {"COMMIT", "ASYNC"})
  void every_committed_root_is_whole(String durability) throws Exception {
    long commits = run(COMMITS, Durability.valueOf(durability), true, true);
    assertThat(violations).as("long seed = %dL", seed).isEmpty();
    assertThat(commits).isGreaterThanOrEqualTo(COMMITS);
  }

  @Test
  void without_the_gate_some_root_is_torn() throws Exception {
    run(MOST_COMMITS, Durability.COMMIT, false, true);
    assertThat(violations).as("long seed = %dL", seed).isNotEmpty();
  }

  @Test
  void without_copying_some_root_is_torn() throws Exception {
    run(MOST_COMMITS, Durability.COMMIT, true, false);
    assertThat(violations).as("long seed = %dL", seed).isNotEmpty();
  }

  /** Runs until so many commits are made, or a violation is seen. */
  private long run(int commits, Durability durability, boolean gate, boolean copying)
      throws Exception {
    RepositoryOptions options =
        Rig.WHEN_ASKED.withDurability(durability).withCommitIntervalMillis(1);
    Probe probe =
        point -> {
          switch (point) {
            case INSIDE, CUT -> Thread.yield();
            case PUBLISHED -> check();
            default -> {}
          }
        };
    Repository repository =
        Repository.open(memory, content, options, new Repository.Hooks(gate, copying, probe));
    try (Rig threads = new Rig()) {
      open(repository);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(seed + i);
        running.add(threads.async(() -> transfer(repository, random, commits)));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      repository.abandon();
    }
    return repository.statistics().commits();
  }

  private void open(Repository repository) throws IOException {
    for (int i = 0; i < ACCOUNTS; i++) {
      locks[i] = new ReentrantLock();
    }
    repository.change(
        mutation -> {
          for (int i = 0; i < ACCOUNTS; i++) {
            mutation.put(account(i), balance(START));
          }
        });
    for (int i = 0; i < ACCOUNTS; i++) {
      repository.write(10 + i, 0, ByteBuffer.allocate(FILE_BYTES), 0, mutation -> {});
      repository.write(10 + i, STAMP_AT, stamp(START), FILE_BYTES, mutation -> {});
    }
    repository.force();
    opened = true;
  }

  private volatile boolean opened;

  private Void transfer(Repository repository, Random random, int commits) throws IOException {
    while (!over && violations.isEmpty() && repository.statistics().commits() < commits) {
      int one = random.nextInt(ACCOUNTS - 1);
      int other = one + 1 + random.nextInt(ACCOUNTS - 1 - one);
      locks[one].lock();
      locks[other].lock();
      try {
        transfer(repository, one, other, random.nextInt(100) - 50);
      } finally {
        locks[other].unlock();
        locks[one].unlock();
      }
      if (random.nextInt(50) == 0) {
        repository.force();
      }
    }
    over = true;
    return null;
  }

  /** Two operations: each moves the amount and stamps one file, so a root may lie between them. */
  private void transfer(Repository repository, int one, int other, long amount) throws IOException {
    long left = read(repository, one);
    long right = read(repository, other);
    move(repository, one, left - amount, other, right + amount);
  }

  private void move(Repository repository, int one, long left, int other, long right)
      throws IOException {
    // The other's stamp says "moving" (0) first, and its balance last.
    repository.write(10 + other, STAMP_AT, stamp(0), FILE_BYTES, mutation -> {});
    repository.write(
        10 + one,
        STAMP_AT,
        stamp(left),
        FILE_BYTES,
        mutation -> {
          mutation.put(account(one), balance(left));
          mutation.put(account(other), balance(right));
        });
    repository.write(10 + other, STAMP_AT, stamp(right), FILE_BYTES, mutation -> {});
  }

  private long read(Repository repository, int account) throws IOException {
    try (View view = repository.view()) {
      byte[] item = view.get(account(account));
      ByteBuffer shown = ByteBuffer.allocate(16);
      view.read(10 + account, STAMP_AT, shown);
      if (item == null) {
        violations.add("account " + account + " vanished");
        return 0;
      }
      long balance = ByteBuffer.wrap(item).getLong();
      if (shown.getLong(0) != balance || shown.getLong(8) != balance) {
        violations.add("a thread that holds account " + account + " sees a wrong stamp");
      }
      return balance;
    }
  }

  /** In the committer's thread, so that the newest root stays. */
  private void check() {
    if (!opened) {
      return;
    }
    try {
      RootRecord root = RootRecord.decode(memory.root());
      Items items = new Tree(memory, new NodeCache(1 << 20), root.tree());
      long sum = 0;
      for (int i = 0; i < ACCOUNTS; i++) {
        byte[] item = items.get(account(i));
        long balance = item == null ? 0 : ByteBuffer.wrap(item).getLong();
        sum += balance;
        ByteBuffer shown = ByteBuffer.allocate(16);
        content.read(items, 10 + i, STAMP_AT, shown);
        long first = shown.getLong(0);
        if (first != shown.getLong(8) || (first != 0 && first != balance)) {
          violations.add("account " + i + ": " + balance + ", stamp " + shown.array()[3]);
        }
      }
      if (sum != ACCOUNTS * START) {
        violations.add("the balances sum up to " + sum);
      }
    } catch (IOException e) {
      violations.add(e.toString());
    }
  }

  private static byte[] account(int number) {
    return ItemKey.of(10 + number, ItemKey.INODE);
  }

  private static byte[] balance(long amount) {
    return ByteBuffer.allocate(8).putLong(amount).array();
  }

  /** The amount twice, once in each page. */
  private static ByteBuffer stamp(long amount) {
    return ByteBuffer.allocate(16).putLong(amount).putLong(amount).flip();
  }
}
