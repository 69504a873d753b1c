package dev.capsa.repo;

import java.util.concurrent.atomic.LongAdder;

/** A sum of loads. Safe for many threads; a load whose {@link #add} returned is in the sum. */
final class Tally {
  private final LongAdder memoryBytes = new LongAdder();
  private final LongAdder contentBytes = new LongAdder();
  private final LongAdder oldItems = new LongAdder();
  private final LongAdder itemBytes = new LongAdder();

  void add(Load load) {
    memoryBytes.add(load.memoryBytes());
    contentBytes.add(load.contentBytes());
    oldItems.add(load.oldItems());
    itemBytes.add(load.itemBytes());
  }

  Load sum() {
    return new Load(memoryBytes.sum(), contentBytes.sum(), oldItems.sum(), itemBytes.sum());
  }
}
