package dev.capsa.inode;

import dev.capsa.repo.Durability;

class MapFileTest extends FileContract {
  @Override
  Rig newRig(Durability durability) {
    return Rig.of(new MapHead(durability));
  }
}
