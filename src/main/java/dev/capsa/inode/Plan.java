package dev.capsa.inode;

import dev.capsa.repo.Change;
import dev.capsa.repo.Mutation;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes of one operation, collected before the gate and applied inside it, in the order of
 * the calls. Readers see items one by one: so an entry comes after the inode that it names, and
 * goes before it. Confined to one thread.
 */
final class Plan implements Change {
  private final List<Change> steps = new ArrayList<>(6);

  void put(byte[] key, byte[] value) {
    steps.add(mutation -> mutation.put(key, value));
  }

  void remove(byte[] key) {
    steps.add(mutation -> mutation.remove(key));
  }

  void removeContent(long inode) {
    steps.add(mutation -> mutation.removeContent(inode));
  }

  @Override
  public void apply(Mutation mutation) {
    for (Change step : steps) {
      step.apply(mutation);
    }
  }
}
