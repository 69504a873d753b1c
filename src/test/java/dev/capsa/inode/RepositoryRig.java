package dev.capsa.inode;

import dev.capsa.block.ContentStore;
import dev.capsa.block.StoreContentStore;
import dev.capsa.repo.Durability;
import dev.capsa.repo.LiveHead;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RepositoryOptions;
import dev.capsa.store.MemorySpace;
import java.io.IOException;

/** A repository over a space in memory, which commits as often as it can. */
final class RepositoryRig implements Rig {
  private final MemorySpace space;
  private final StoreContentStore.Layout layout;
  private final RepositoryOptions options;
  private final StoreContentStore content;
  private final Repository repository;

  RepositoryRig(Durability durability, StoreContentStore.Layout layout) throws IOException {
    this(
        new MemorySpace(),
        layout,
        RepositoryOptions.DEFAULT
            .withDurability(durability)
            .withCommitIntervalMillis(1)
            .withDirtyLimitBytes(8 << 20)
            .withCacheBytes(1 << 20));
  }

  private RepositoryRig(
      MemorySpace space, StoreContentStore.Layout layout, RepositoryOptions options)
      throws IOException {
    this.space = space;
    this.layout = layout;
    this.options = options;
    this.content = new StoreContentStore(space, layout);
    this.repository = Repository.open(space, content, options);
  }

  @Override
  public LiveHead head() {
    return repository;
  }

  @Override
  public ContentStore content() {
    return content;
  }

  @Override
  public Rig crash() throws IOException {
    repository.abandon();
    return new RepositoryRig(space, layout, options);
  }

  @Override
  public void close() {
    repository.abandon();
  }
}
