package dev.capsa.repo;

/** One operation's changes. Runs inside the gate: short, no I/O, no waiting, no exceptions. */
@FunctionalInterface
public interface Change {
  /** Applies the changes. */
  void apply(Mutation mutation);
}
