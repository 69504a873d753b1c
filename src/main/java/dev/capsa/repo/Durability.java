package dev.capsa.repo;

/** When changes become durable without being asked. */
public enum Durability {
  /** Closing a written file and each name-space operation wait for their group commit. */
  STRICT,
  /** A commit each interval, at a size, at force, sync and close; every commit forces. */
  COMMIT,
  /** As COMMIT, but a background commit may leave up to 4 root slots unforced. */
  ASYNC
}
