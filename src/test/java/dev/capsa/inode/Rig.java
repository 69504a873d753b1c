package dev.capsa.inode;

import dev.capsa.block.ContentStore;
import dev.capsa.repo.LiveHead;
import java.io.IOException;
import java.util.function.LongPredicate;

/** A live head to test file trees on, whatever lies below it. */
interface Rig extends AutoCloseable {
  LiveHead head();

  ContentStore content();

  /** Checks from now on that who changes an inode has locked it. */
  default void guard(LongPredicate locked) {}

  /** What a new process finds after a crash now; all that was forced is there. */
  Rig crash() throws IOException;

  @Override
  void close() throws IOException;

  /** A rig without a container. */
  static Rig of(MapHead head) {
    return new Rig() {
      @Override
      public LiveHead head() {
        return head;
      }

      @Override
      public ContentStore content() {
        return head;
      }

      @Override
      public void guard(LongPredicate locked) {
        head.locked = locked;
      }

      @Override
      public Rig crash() {
        return of(head.cut());
      }

      @Override
      public void close() {
        head.close();
      }
    };
  }
}
