package dev.capsa.inode;

import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.repo.Durability;
import java.io.IOException;

class RepositoryChainFileTest extends FileContract {
  @Override
  Rig newRig(Durability durability) throws IOException {
    return new RepositoryRig(durability, Layout.CHAIN);
  }
}
