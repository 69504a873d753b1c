package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.block.RemovalStep;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The inodes that are removed bit by bit, a step with each commit. Each has an ORPHAN item in the
 * committed root until its last step, so a crash leaves them to the next opening, which {@link
 * #request}s them. Memory is a number for each.
 *
 * <p>Confined to the committer's thread, but for {@link #request} and {@link #pending}.
 */
final class Clearing {
  /** Least items of a step that is not empty. */
  private static final int LEAST_ITEMS = 64;

  private static final int FACTOR = 8;

  private final Set<Long> inodes = new LinkedHashSet<>();
  private int items = RemovalStep.MOST_ITEMS;
  private volatile boolean requested;
  private volatile boolean pending;

  /** Asks for all orphans of the committed root of this moment. Before the next commit begins. */
  void request() {
    requested = true;
  }

  /** Takes in the orphans that were asked for; none if they cannot be read. */
  void list(Items committed) throws IOException {
    if (!requested) {
      return;
    }
    requested = false;
    try {
      ItemCursor cursor =
          committed.cursor(
              ItemKey.of(0, ItemKey.ORPHAN), ItemKey.of(0, (byte) (ItemKey.ORPHAN + 1)));
      while (cursor.next()) {
        inodes.add(ItemKey.number(cursor.key()));
      }
      pending = !inodes.isEmpty();
    } catch (CapsaCorruptException damaged) {
      giveUp();
    }
  }

  /** Whether further commits would remove something. */
  boolean pending() {
    return pending || requested;
  }

  /** Inodes to go on with, in the order of removal. */
  Iterable<Long> inodes() {
    return inodes;
  }

  /** What the next commit may remove. */
  RemovalStep step() {
    return new RemovalStep(items, RemovalStep.MOST_BLOCKS);
  }

  /** After a commit without room: smaller steps; whether that is worth another try. */
  boolean shrink(RemovalStep tried) {
    boolean worth = items > 0 && tried.taken() > 0;
    items = items / FACTOR < LEAST_ITEMS ? 0 : items / FACTOR;
    return worth;
  }

  /**
   * After a step alone without room: smaller ones; in the end none until something is committed.
   */
  void rest() {
    pending = items > LEAST_ITEMS;
    items = Math.max(LEAST_ITEMS, items / FACTOR);
  }

  /** After a step that met damage: nothing more of what is known now; the orphans stay. */
  void giveUp() {
    inodes.clear();
    pending = false;
  }

  /** Inodes have a name again: nothing more of them is to be removed. */
  void forget(List<Long> adopted) {
    adopted.forEach(inodes::remove);
  }

  /**
   * Takes note of a commit.
   *
   * @param finished inodes from the first on that are gone
   * @param begun inodes that were removed by an operation, and not wholly by this commit
   */
  void committed(int finished, List<Long> begun) {
    Iterator<Long> first = inodes.iterator();
    for (int i = 0; i < finished; i++) {
      first.next();
      first.remove();
    }
    inodes.addAll(begun);
    pending = !inodes.isEmpty();
    items = Math.min(RemovalStep.MOST_ITEMS, Math.max(LEAST_ITEMS, items * 2));
  }
}
