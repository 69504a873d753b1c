package dev.capsa.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the index of kept revisions of the newest state, past any batch. For any thread. */
final class KeptReader {
  private KeptReader() {}

  /** The kept revisions, the oldest first. */
  static List<KeptRevision> all(MultiStore store) throws IOException {
    try (Pin pin = store.pin()) {
      StateIndex index = index(store);
      List<KeptRevision> found = new ArrayList<>();
      long next = 1;
      while (true) {
        StateIndex.Item item = index.ceiling(KeptEntry.key(KeptEntry.REVISION, next));
        if (item == null || item.key[0] != KeptEntry.REVISION) {
          return found;
        }
        long sequence = KeptEntry.sequence(item.key);
        found.add(KeptEntry.decode(item.value).revision(sequence));
        next = sequence + 1;
      }
    }
  }

  /** The kept revision of a name. */
  static Optional<KeptRevision> find(MultiStore store, String name) throws IOException {
    try (Pin pin = store.pin()) {
      StateIndex index = index(store);
      byte[] key = index.get(KeptEntry.nameKey(KeptEntry.nameBytes(name)));
      byte[] value = key == null ? null : index.get(key);
      return key == null || value == null
          ? Optional.empty()
          : Optional.of(KeptEntry.decode(value).revision(KeptEntry.sequence(key)));
    }
  }

  /** The kept revision of a number. */
  static Optional<KeptRevision> find(MultiStore store, long sequence) throws IOException {
    if (sequence < 1) {
      return Optional.empty(); // number 0 may have an entry, and is no revision
    }
    try (Pin pin = store.pin()) {
      byte[] value = index(store).get(KeptEntry.key(KeptEntry.REVISION, sequence));
      return value == null
          ? Optional.empty()
          : Optional.of(KeptEntry.decode(value).revision(sequence));
    }
  }

  /** Whether a dropped revision has left something. */
  static boolean isReclaimable(MultiStore store) throws IOException {
    try (Pin pin = store.pin()) {
      return index(store).ceiling(KeptEntry.key(KeptEntry.PENDING, 0)) != null;
    }
  }

  private static StateIndex index(MultiStore store) {
    return new StateIndex(
        StateObjects.of(store), IndexLayout.KEPT_MAGIC, store.base().record().kept().index());
  }
}
