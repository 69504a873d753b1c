package dev.capsa.inode;

import dev.capsa.repo.Durability;

class MapNameSpaceTest extends NameSpaceContract {
  @Override
  Rig newRig(Durability durability) {
    return Rig.of(new MapHead(durability));
  }
}
