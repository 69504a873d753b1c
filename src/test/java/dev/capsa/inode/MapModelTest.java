package dev.capsa.inode;

import dev.capsa.repo.Durability;

class MapModelTest extends ModelContract {
  @Override
  Rig newRig(Durability durability) {
    return Rig.of(new MapHead(durability));
  }
}
