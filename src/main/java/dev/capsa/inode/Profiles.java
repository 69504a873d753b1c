package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import dev.capsa.repo.LiveHead;
import dev.capsa.repo.View;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The profiles of a container by number, and their numbers. A profile is never changed nor removed,
 * so what was read once stays right. A new one is stored in a change of its own before its number
 * is given out: no cut has an inode whose profile it lacks.
 *
 * <p>Safe for many threads. The lock is taken last, after any lock of inodes.
 */
final class Profiles {
  private final LiveHead head;
  private final ConcurrentHashMap<Long, Profile> byNumber = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Profile, Long> numbers = new ConcurrentHashMap<>();
  private final ReentrantLock adding = new ReentrantLock();

  /** Highest number in use; −1 before the first addition has looked. Guarded by {@link #adding}. */
  private long highest = -1;

  Profiles(LiveHead head) {
    this.head = head;
  }

  /** The profile with a number. */
  Profile get(Items items, long number) throws IOException {
    Profile known = byNumber.get(number);
    return known != null ? known : load(items, number);
  }

  /** The number of a profile, which is stored if it is new. */
  long number(Profile profile) throws IOException {
    Long known = numbers.get(profile);
    return known != null ? known : add(profile);
  }

  private Profile load(Items items, long number) throws IOException {
    byte[] value = items.get(ItemKey.of(0, ItemKey.PROFILE, number));
    if (value == null) {
      throw new CapsaCorruptException("profile " + number + " is missing");
    }
    return remember(number, Profile.decode(value));
  }

  private long add(Profile profile) throws IOException {
    adding.lock();
    try {
      if (highest < 0) {
        highest = loadAll();
      }
      Long known = numbers.get(profile);
      if (known != null) {
        return known;
      }
      long number = highest + 1;
      byte[] key = ItemKey.of(0, ItemKey.PROFILE, number);
      byte[] value = profile.checked().encode();
      head.change(mutation -> mutation.put(key, value));
      highest = number;
      remember(number, profile);
      return number;
    } finally {
      adding.unlock();
    }
  }

  private long loadAll() throws IOException {
    long last = 0;
    try (View view = head.view()) {
      ItemCursor cursor =
          view.cursor(ItemKey.of(0, ItemKey.PROFILE), ItemKey.of(0, (byte) (ItemKey.PROFILE + 1)));
      while (cursor.next()) {
        last = ItemKey.number(cursor.key());
        remember(last, Profile.decode(cursor.value()));
      }
    }
    return last;
  }

  private Profile remember(long number, Profile profile) {
    numbers.putIfAbsent(profile, number);
    byNumber.put(number, profile);
    return profile;
  }
}
