package dev.capsa.inode;

import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.repo.Durability;
import java.io.IOException;

class RepositoryNameSpaceTest extends NameSpaceContract {
  @Override
  Rig newRig(Durability durability) throws IOException {
    return new RepositoryRig(durability, Layout.EXTENTS);
  }
}
