package dev.capsa.nio;

import java.nio.channels.Channel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The locks on the files of a container. They hold within this process, for every channel of every
 * file system over the container; as one process at a time writes a container, no other writer is
 * left out. Locks of a process never wait for each other: {@code java.nio.channels} has them
 * overlap with an exception. Safe for any number of threads.
 */
final class FileLocks {
  /** By inode. A list is changed inside the map's own locks only; there are no empty ones. */
  private final ConcurrentHashMap<Long, List<FileLock>> held = new ConcurrentHashMap<>();

  /**
   * Takes a lock.
   *
   * @throws OverlappingFileLockException if another one holds a part of its range
   */
  void take(long inode, FileLock lock) {
    held.compute(
        inode,
        (number, locks) -> {
          List<FileLock> all = locks == null ? new ArrayList<>() : locks;
          for (FileLock each : all) {
            if (each.overlaps(lock.position(), lock.size())) {
              throw new OverlappingFileLockException();
            }
          }
          all.add(lock);
          return all;
        });
  }

  /** Gives a lock up; nothing happens if it is not held. */
  void release(long inode, FileLock lock) {
    held.computeIfPresent(
        inode,
        (number, locks) -> {
          locks.removeIf(each -> each == lock);
          return locks.isEmpty() ? null : locks;
        });
  }

  /** Gives up all locks of a channel. */
  void releaseAll(long inode, Channel channel) {
    held.computeIfPresent(
        inode,
        (number, locks) -> {
          locks.removeIf(each -> each.acquiredBy() == channel);
          return locks.isEmpty() ? null : locks;
        });
  }
}
