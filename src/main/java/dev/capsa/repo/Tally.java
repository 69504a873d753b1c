package dev.capsa.repo;

import java.util.concurrent.atomic.LongAdder;

/** A sum of loads. Safe for many threads; a load whose {@link #add} returned is in the sum. */
final class Tally {
  private final LongAdder memoryBytes = new LongAdder();
  private final LongAdder grains = new LongAdder();
  private final LongAdder bigObjects = new LongAdder();
  private final LongAdder blocks = new LongAdder();
  private final LongAdder places = new LongAdder();
  private final LongAdder oldItems = new LongAdder();
  private final LongAdder itemBytes = new LongAdder();

  void add(Load load) {
    memoryBytes.add(load.memoryBytes());
    grains.add(load.grains());
    bigObjects.add(load.bigObjects());
    blocks.add(load.blocks());
    places.add(load.places());
    oldItems.add(load.oldItems());
    itemBytes.add(load.itemBytes());
  }

  Load sum() {
    return new Load(
        memoryBytes.sum(),
        grains.sum(),
        bigObjects.sum(),
        blocks.sum(),
        places.sum(),
        oldItems.sum(),
        itemBytes.sum());
  }
}
