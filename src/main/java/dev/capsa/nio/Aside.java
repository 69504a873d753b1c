package dev.capsa.nio;

import java.util.UUID;

/**
 * A name of its own for what is not in its place yet, or not any more, beside the place. Watchers
 * are not told of it until it is closed; a crash may leave what has it.
 */
final class Aside implements AutoCloseable {
  private final Watches watches;
  private final String name;

  /**
   * Takes a name.
   *
   * @param prefix says to people what it is
   */
  Aside(Watches watches, String prefix) {
    this.watches = watches;
    this.name = prefix + UUID.randomUUID();
    watches.hide(name);
  }

  String name() {
    return name;
  }

  @Override
  public void close() {
    watches.show(name);
  }
}
