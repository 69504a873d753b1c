package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static dev.capsa.inode.InodeException.Reason.ALREADY_EXISTS;
import static dev.capsa.inode.InodeException.Reason.DIRECTORY_NOT_EMPTY;
import static dev.capsa.inode.InodeException.Reason.INTO_ITSELF;
import static dev.capsa.inode.InodeException.Reason.NO_SUCH_FILE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.inode.FileTree.FileHandle;
import dev.capsa.inode.InodeException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads on one tree, over any live head. The check after each test finds what broke. */
@Timeout(120)
abstract class ConcurrencyContract extends TreeTestBase {
  private static final int THREADS = 16;
  private static final int ROUNDS = Integer.getInteger("capsa.soak", 1) * 300;

  /** What one thread does. */
  interface Work {
    void run(int thread, Random random) throws Exception;
  }

  static void together(int threads, Work work) throws Exception {
    long seed = new Random().nextLong();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int thread = i;
      futures.add(
          executor.submit(
              () -> {
                start.await();
                work.run(thread, new Random(seed + thread));
                return null;
              }));
    }
    executor.shutdown();
    assertThat(executor.awaitTermination(100, TimeUnit.SECONDS)).as("seed " + seed).isTrue();
    for (Future<?> each : futures) {
      try {
        each.get();
      } catch (ExecutionException failed) {
        throw new AssertionError("seed " + seed, failed.getCause());
      }
    }
  }

  /** Does something that others may make impossible; whether it was done. */
  static boolean attempt(Set<Reason> possible, Attempt attempt) throws IOException {
    try {
      attempt.run();
      return true;
    } catch (InodeException refused) {
      assertThat(possible).as(refused.getMessage()).contains(refused.reason());
      return false;
    }
  }

  interface Attempt {
    void run() throws IOException;
  }

  @Test
  void numbers_are_unique() throws Exception {
    Set<Long> numbers = ConcurrentHashMap.newKeySet();
    together(
        THREADS,
        (thread, random) -> {
          long d = directory(ROOT, "d" + thread);
          for (int i = 0; i < ROUNDS; i++) {
            assertThat(numbers.add(file(i % 2 == 0 ? d : ROOT, thread + "-" + i))).isTrue();
          }
        });
    assertThat(numbers).hasSize(THREADS * ROUNDS);
  }

  @Test
  void exactly_one_creates_a_name() throws Exception {
    AtomicInteger[] made = new AtomicInteger[ROUNDS];
    Arrays.setAll(made, i -> new AtomicInteger());
    together(
        THREADS,
        (thread, random) -> {
          for (int i = 0; i < ROUNDS; i++) {
            String each = "f" + i;
            if (attempt(EnumSet.of(ALREADY_EXISTS), () -> file(ROOT, each))) {
              made[i].incrementAndGet();
            }
          }
        });
    assertThat(made).allMatch(count -> count.get() == 1);
  }

  @Test
  void link_counts_are_exact() throws Exception {
    long a = file(ROOT, "a");
    AtomicInteger names = new AtomicInteger(1);
    together(
        THREADS,
        (thread, random) -> {
          long d = directory(ROOT, "d" + thread);
          for (int i = 0; i < ROUNDS; i++) {
            byte[] name = name("n" + random.nextInt(20));
            if (random.nextBoolean()) {
              if (attempt(EnumSet.of(ALREADY_EXISTS), () -> tree.createLink(d, name, a))) {
                names.incrementAndGet();
              }
            } else if (attempt(EnumSet.of(NO_SUCH_FILE), () -> tree.remove(d, name))) {
              names.decrementAndGet();
            }
          }
        });
    assertThat(inode(a).links()).isEqualTo(names.get());
  }

  @Test
  void a_file_is_found_while_it_gains_and_loses_names() throws Exception {
    long a = file(ROOT, "a");
    fill(a, "content");
    together(
        4,
        (thread, random) -> {
          for (int i = 0; i < 4 * ROUNDS; i++) {
            if (thread == 0) {
              tree.createLink(ROOT, name("b"), a);
              tree.remove(ROOT, name("b"));
            } else {
              assertThat(find("a")).isEqualTo(a);
              assertThat(inode(a).links()).isBetween(1, 2);
              Entry further = tree.lookup(ROOT, name("b"));
              assertThat(further == null || further.inode() == a).isTrue();
              assertThat(content(a)).isEqualTo("content");
            }
          }
        });
  }

  @Test
  void a_renamed_file_is_never_missing() throws Exception {
    file(ROOT, "a");
    AtomicBoolean done = new AtomicBoolean();
    together(
        4,
        (thread, random) -> {
          if (thread == 0) {
            for (int i = 0; i < 4 * ROUNDS; i++) {
              tree.createFile(ROOT, name("new"), HOW);
              tree.rename(ROOT, name("new"), ROOT, name("a"), true);
            }
            done.set(true);
          } else {
            while (!done.get()) {
              assertThat(tree.lookup(ROOT, name("a"))).isNotNull();
            }
          }
        });
    assertThat(names(ROOT)).containsExactly("a");
  }

  @Test
  void opposite_renames_do_not_wait_for_each_other() throws Exception {
    long d = directory(ROOT, "d");
    long e = directory(ROOT, "e");
    for (int i = 0; i < 4; i++) {
      file(i % 2 == 0 ? d : e, "f" + i);
      directory(i % 2 == 0 ? d : e, "g" + i);
    }
    together(
        8,
        (thread, random) -> {
          byte[] name = name((thread < 4 ? "f" : "g") + thread % 4);
          long here = thread % 2 == 0 ? d : e;
          for (int i = 0; i < 2 * ROUNDS; i++) {
            long there = here == d ? e : d;
            tree.rename(here, name, there, name, false);
            here = there;
          }
        });
    assertThat(names(d).size() + names(e).size()).isEqualTo(8);
  }

  @Test
  void directories_moved_at_random_never_form_a_cycle() throws Exception {
    int count = 24;
    long[] all = new long[count];
    for (int i = 0; i < count; i++) {
      all[i] = directory(i < 4 ? ROOT : all[i / 4], "d" + i);
    }
    AtomicInteger moved = new AtomicInteger();
    together(
        THREADS,
        (thread, random) -> {
          for (int i = 0; i < ROUNDS; i++) {
            int which = random.nextInt(count);
            long from = inode(all[which]).parent();
            long to = random.nextInt(8) == 0 ? ROOT : all[random.nextInt(count)];
            byte[] name = name("d" + which);
            if (attempt(
                EnumSet.of(INTO_ITSELF, NO_SUCH_FILE),
                () -> tree.rename(from, name, to, name, false))) {
              moved.incrementAndGet();
            }
          }
        });
    assertThat(moved.get()).isGreaterThan(ROUNDS);
    for (long each : all) {
      long at = each;
      for (int steps = 0; at != ROOT; steps++) {
        assertThat(steps).isLessThan(count);
        at = inode(at).parent();
      }
    }
  }

  @Test
  void of_two_directories_moved_into_each_other_one_stays() throws Exception {
    // The two moves have no inode in common, so the rename lock alone keeps them apart.
    long p = directory(ROOT, "p");
    long q = directory(ROOT, "q");
    long a = directory(p, "a");
    long b = directory(q, "b");
    long below = directory(a, "below");
    long under = directory(b, "under");
    CyclicBarrier barrier = new CyclicBarrier(2);
    AtomicInteger moved = new AtomicInteger();
    together(
        2,
        (thread, random) -> {
          for (int i = 0; i < 4 * ROUNDS; i++) {
            barrier.await();
            boolean here =
                attempt(
                    EnumSet.of(INTO_ITSELF),
                    () -> {
                      if (thread == 0) {
                        tree.rename(p, name("a"), under, name("x"), false);
                      } else {
                        tree.rename(q, name("b"), below, name("x"), false);
                      }
                    });
            if (here) {
              moved.incrementAndGet();
            }
            barrier.await();
            assertThat(moved.get()).isEqualTo(i + 1);
            if (here && thread == 0) {
              tree.rename(under, name("x"), p, name("a"), false);
            } else if (here) {
              tree.rename(below, name("x"), q, name("b"), false);
            }
          }
        });
  }

  @Test
  void nothing_is_created_in_a_removed_directory() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      long d = directory(ROOT, "d");
      long e = directory(ROOT, "e");
      file(ROOT, "f");
      AtomicBoolean created = new AtomicBoolean();
      AtomicBoolean removed = new AtomicBoolean();
      boolean byRename = round % 2 == 0;
      together(
          3,
          (thread, random) -> {
            switch (thread) {
              case 0 ->
                  removed.set(
                      attempt(
                          EnumSet.of(DIRECTORY_NOT_EMPTY),
                          () -> {
                            if (byRename) {
                              tree.rename(ROOT, name("e"), ROOT, name("d"), true);
                            } else {
                              tree.remove(ROOT, name("d"));
                            }
                          }));
              case 1 -> {
                if (attempt(EnumSet.of(NO_SUCH_FILE), () -> file(d, "x"))) {
                  created.set(true);
                }
              }
              default -> {
                if (attempt(
                    EnumSet.of(NO_SUCH_FILE),
                    () -> tree.rename(ROOT, name("f"), d, name("f"), false))) {
                  created.set(true);
                }
              }
            }
          });
      assertThat(created.get()).isNotEqualTo(removed.get());
      assertThat(tree.inode(d) == null).isEqualTo(removed.get());
      long other = removed.get() && byRename ? e : d;
      for (String each : new String[] {"x", "f"}) {
        if (tree.lookup(other, name(each)) != null) {
          tree.remove(other, name(each));
        }
        if (tree.lookup(ROOT, name(each)) != null) {
          tree.remove(ROOT, name(each));
        }
      }
      for (String each : names(ROOT)) {
        tree.remove(ROOT, name(each));
      }
    }
  }

  @Test
  void appenders_lose_nothing() throws Exception {
    long a = file(ROOT, "a");
    together(
        THREADS,
        (thread, random) -> {
          try (FileHandle handle = tree.open(a)) {
            byte[] line = new byte[100];
            Arrays.fill(line, (byte) ('A' + thread));
            for (int i = 0; i < 50; i++) {
              long at = handle.append(ByteBuffer.wrap(line));
              ByteBuffer back = ByteBuffer.allocate(100);
              assertThat(handle.read(at, back)).isEqualTo(100);
              assertThat(back.array()).isEqualTo(line);
            }
          }
        });
    String content = content(a);
    assertThat(content).hasSize(THREADS * 50 * 100);
    for (int i = 0; i < content.length(); i += 100) {
      assertThat(content.substring(i, i + 100)).isEqualTo(content.substring(i, i + 1).repeat(100));
    }
  }

  @Test
  void a_reader_beside_truncations_sees_no_zeros() throws Exception {
    byte[] full = new byte[20_000];
    Arrays.fill(full, (byte) 'x');
    for (int round = 0; round < ROUNDS / 10; round++) {
      long a = file(ROOT, "a" + round);
      fill(a, new String(full));
      together(
          3,
          (thread, random) -> {
            try (FileHandle handle = tree.open(a)) {
              while (handle.size() > 0) {
                if (thread == 0) {
                  handle.truncate(Math.max(0, handle.size() - random.nextInt(100)));
                  continue;
                }
                ByteBuffer bytes = ByteBuffer.allocate(1 + random.nextInt(20_000));
                int count = handle.read(random.nextInt(2_000), bytes);
                assertThat(bytes.position()).isEqualTo(Math.max(0, count));
                for (int i = 0; i < count; i++) {
                  if (bytes.get(i) != 'x') {
                    throw new AssertionError("byte " + i + " of " + count + " was cut off");
                  }
                }
              }
            }
          });
    }
  }

  @Test
  void a_file_is_opened_or_removed_and_lasts_while_open() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    for (int round = 0; round < ROUNDS; round++) {
      long a = file(ROOT, "a");
      fill(a, "content");
      together(
          4,
          (thread, random) -> {
            if (thread == 0) {
              tree.remove(ROOT, name("a"));
            } else {
              attempt(
                  EnumSet.of(NO_SUCH_FILE),
                  () -> {
                    try (FileHandle handle = tree.open(a)) {
                      opened.incrementAndGet();
                      assertThat(content(handle)).isEqualTo("content");
                    }
                  });
            }
          });
      assertThat(tree.inode(a)).isNull();
    }
    assertThat(opened.get()).isPositive();
  }

  @Test
  void a_user_attribute_is_read_whole_while_it_changes() throws Exception {
    long a = file(ROOT, "a");
    AtomicBoolean done = new AtomicBoolean();
    tree.setAttribute(a, name("k"), new byte[4096]);
    together(
        3,
        (thread, random) -> {
          if (thread == 0) {
            for (int i = 0; i < 4 * ROUNDS; i++) {
              byte[] value = new byte[i % 3 == 0 ? 100 : 4096];
              Arrays.fill(value, (byte) i);
              tree.setAttribute(a, name("k"), value);
            }
            done.set(true);
          }
          while (!done.get()) {
            byte[] value = tree.attribute(a, name("k"));
            for (byte each : value) {
              if (each != value[0]) {
                throw new AssertionError("parts of two values");
              }
            }
          }
        });
  }

  @Test
  void everything_at_once_leaves_a_sound_tree() throws Exception {
    long[] directories = new long[6];
    for (int i = 0; i < directories.length; i++) {
      directories[i] = directory(i < 2 ? ROOT : directories[i - 2], "d" + i);
    }
    Set<Reason> any = EnumSet.allOf(Reason.class);
    together(
        8,
        (thread, random) -> {
          for (int i = 0; i < 3 * ROUNDS; i++) {
            long d = directories[random.nextInt(directories.length)];
            long e = directories[random.nextInt(directories.length)];
            byte[] x = name("n" + random.nextInt(6));
            byte[] y = name("n" + random.nextInt(6));
            Entry there = tree.lookup(d, x);
            int what = random.nextInt(9);
            attempt(
                any,
                () -> {
                  switch (what) {
                    case 0 -> tree.createFile(d, x, HOW);
                    case 1 -> tree.createDirectory(d, x, HOW);
                    case 2 -> tree.createSymbolicLink(d, x, y, HOW);
                    case 3, 4 -> tree.remove(d, x);
                    case 5, 6 -> tree.rename(d, x, e, y, random.nextBoolean());
                    case 7 -> tree.createLink(e, y, there == null ? 9999 : there.inode());
                    default -> writeOrRead(there, random);
                  }
                });
          }
        });
  }

  private void writeOrRead(Entry there, Random random) throws IOException {
    if (there == null) {
      return;
    }
    try (FileHandle handle = tree.open(there.inode())) {
      handle.append(buffer("some text"));
      handle.truncate(random.nextInt(20));
      tree.setAttribute(there.inode(), name("k"), new byte[random.nextInt(4096)]);
    }
  }
}
