package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.inode.FileDifference.Kind;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RepositoryOptions;
import dev.capsa.repo.RootRecord;
import dev.capsa.store.MemorySpace;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The cost of comparing two states; {@code -Dcapsa.diff.files=1000000} has more files, {@code
 * -Dcapsa.diff.directory} so many in a directory.
 *
 * <p>What comes out is compared with the two trees in {@code DiffTest}.
 */
class RevisionDiffTest {
  private static final int FILES = Integer.getInteger("capsa.diff.files", 100_000);
  private static final int OF_A_DIRECTORY = Integer.getInteger("capsa.diff.directory", 200);
  private static final int CHANGES = 100;
  private static final NewFile HOW = new NewFile(0644, "a", "b");

  private final MemorySpace space = MemorySpace.keepingAll();
  private Repository repository;
  private FileTree tree;
  private final long[] files = new long[FILES];

  @BeforeEach
  void fill() throws IOException {
    StoreContentStore content = new StoreContentStore(space, Layout.EXTENTS);
    repository =
        Repository.open(
            space, content, RepositoryOptions.DEFAULT.withCommitIntervalMillis(1_000_000));
    tree = CatalogFileTree.create(repository, content, TimeSource.system(), HOW);
    long directory = 0;
    for (int i = 0; i < FILES; i++) {
      if (i % OF_A_DIRECTORY == 0) {
        directory = tree.createDirectory(ROOT, name("d" + i), HOW).number();
      }
      files[i] = tree.createFile(directory, name("f" + i), HOW).number();
    }
    tree.force();
  }

  @AfterEach
  void abandon() {
    repository.abandon();
  }

  private static byte[] name(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private Tree state(NodeCache cache) throws IOException {
    return new Tree(space, cache, RootRecord.decode(space.root()).tree());
  }

  private void write(int file) throws IOException {
    try (FileTree.FileHandle handle = tree.open(files[file])) {
      handle.write(0, ByteBuffer.wrap(name("written")));
    }
  }

  @Test
  void it_reads_what_differs_and_not_what_there_is() throws IOException {
    NodeCache cache = new NodeCache(256 << 20);
    Tree older = state(cache);
    int apart = FILES / CHANGES;
    for (int i = 0; i < FILES; i += apart) {
      write(i);
    }
    tree.force();
    Tree newer = state(cache);
    long nodesBefore = space.nodeReads();
    List<FileDifference> differences = RevisionDiff.between(older, newer);
    long nodes = space.nodeReads() - nodesBefore;
    assertThat(differences).hasSize(CHANGES).allMatch(it -> it.kind() == Kind.CHANGED);
    assertThat(differences.get(3).after())
        .isEqualTo(differences.get(3).before())
        .isEqualTo("/d" + 3 * apart / OF_A_DIRECTORY * OF_A_DIRECTORY + "/f" + 3 * apart);
    // For each of 100 files a leaf on both sides, and what is above; the leaves of its directory;
    // and those of the root, in which the names of the directories are.
    int directories = Math.max(1, FILES / OF_A_DIRECTORY);
    int directoryLeaves = 2 + OF_A_DIRECTORY / 200;
    int rootLeaves = 1 + directories / 100;
    assertThat(nodes)
        .isLessThanOrEqualTo(
            CHANGES * 4L + Math.min(CHANGES, directories) * directoryLeaves + rootLeaves + 20);

    long best = Long.MAX_VALUE;
    for (int i = 0; i < 30; i++) {
      long start = System.nanoTime();
      assertThat(RevisionDiff.between(older, newer)).hasSize(CHANGES);
      best = Math.min(best, System.nanoTime() - start);
    }
    System.out.printf(
        "diff of %d changes among %d files: %d nodes read, %.2f ms when they are cached%n",
        CHANGES, FILES, nodes, best / 1e6);
  }

  @Test
  void states_that_are_the_same_are_told_apart_by_their_roots_alone() throws IOException {
    NodeCache cache = new NodeCache(1 << 20);
    Tree older = state(cache);
    long before = space.nodeReads();
    assertThat(RevisionDiff.between(older, state(cache))).isEmpty();
    assertThat(space.nodeReads() - before).isZero();
  }

  @Test
  void a_directory_that_moves_costs_what_one_file_does() throws IOException {
    NodeCache cache = new NodeCache(256 << 20);
    Tree older = state(cache);
    tree.rename(ROOT, name("d0"), ROOT, name("moved"), false);
    tree.force();
    long before = space.nodeReads();
    assertThat(RevisionDiff.between(older, state(cache)))
        .containsExactly(new FileDifference(Kind.MOVED, "/d0", "/moved"));
    assertThat(space.nodeReads() - before).isLessThanOrEqualTo(16);
  }
}
