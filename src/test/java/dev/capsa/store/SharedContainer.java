package dev.capsa.store;

import dev.capsa.raw.ContainerAccess;
import dev.capsa.raw.ReadState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands for the lock file of a container on a medium in memory: who reads what. */
final class SharedContainer {
  private final List<Access> readers = new CopyOnWriteArrayList<>();

  /** A writer's access. */
  ContainerAccess writer() {
    return new Access();
  }

  /** A registered reader's access. */
  ContainerAccess reader() {
    Access reader = new Access();
    readers.add(reader);
    return reader;
  }

  private final class Access implements ContainerAccess {
    private volatile ReadState state = ReadState.ALL;

    @Override
    public boolean protectsReads() {
      return true;
    }

    @Override
    public void reads(ReadState chosen) {
      state = chosen;
    }

    @Override
    public List<ReadState> others() {
      List<ReadState> states = new ArrayList<>();
      readers.forEach(each -> states.add(each.state));
      return states;
    }

    @Override
    public void close() {
      readers.remove(this);
    }
  }
}
