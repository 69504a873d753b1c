package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFullException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.store.MultiStore;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeepingTest {
  private final AtomicReference<PlainContentStore.Trap> afterCut = new AtomicReference<>();
  private Repository repository;

  private void open(long mostBytes) throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, mostBytes);
    Probe probe =
        point -> {
          PlainContentStore.Trap trap = point == Probe.Point.CUT ? afterCut.getAndSet(null) : null;
          if (trap != null) {
            try {
              trap.run();
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        };
    repository =
        Repository.open(
            store,
            new StoreContentStore(store, Layout.EXTENTS),
            Rig.WHEN_ASKED,
            new Repository.Hooks(true, true, probe));
  }

  @AfterEach
  void abandon() {
    repository.abandon();
  }

  private void put(String name, String value) throws IOException {
    repository.change(mutation -> mutation.put(Rig.key(name), Rig.bytes(value)));
  }

  @Test
  void a_revision_asked_for_during_a_commit_has_what_was_done_since_that_commits_cut()
      throws Exception {
    open(0);
    put("early", "1");
    Thread keeper =
        new Thread(
            () -> {
              try {
                repository.keep("a");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    afterCut.set(
        () -> {
          put("late", "2");
          keeper.start();
          while (keeper.getState() != Thread.State.WAITING) { // for the next round
            Thread.onSpinWait();
          }
        });
    repository.force();
    keeper.join();
    try (LiveHead head = repository.openKept("a");
        View view = head.view()) {
      assertThat(Rig.get(view, "early")).isEqualTo("1");
      assertThat(Rig.get(view, "late")).isEqualTo("2");
    }
  }

  @Test
  void without_room_nothing_is_kept_and_dropping_makes_room() throws IOException {
    open(2 << 20);
    String text = "x".repeat(3000);
    repository.keep("empty");
    for (int i = 0; i < 20; i++) {
      put("item " + i, text);
    }
    repository.keep("few");
    CapsaFullException full = null;
    int changed = 0;
    while (full == null) {
      try {
        for (int i = 0; i < 20; i++) {
          put("item " + i, text + changed);
        }
        repository.force();
        repository.keep("change " + changed++);
      } catch (CapsaFullException e) {
        full = e;
      }
    }
    int kept = repository.kept().size();
    assertThatThrownBy(
            () -> {
              while (true) {
                put("another " + repository.newInode(), text);
                repository.force();
              }
            })
        .isInstanceOf(CapsaFullException.class);
    for (int i = 0; i < changed; i++) {
      String name = "change " + i;
      if (repository.kept().stream().anyMatch(each -> each.name().equals(name))) {
        repository.drop(name);
      }
    }
    assertThat(repository.kept()).hasSizeLessThan(kept);
    for (int i = 0; i < 50; i++) {
      put("again", text + i);
      repository.force();
    }
    repository.keep("last");
    try (LiveHead head = repository.openKept("few");
        View view = head.view()) {
      assertThat(Rig.get(view, "item 3")).isEqualTo(text);
      assertThat(Rig.get(view, "again")).isNull();
    }
    assertThatThrownBy(() -> repository.drop("change 0"))
        .isInstanceOf(CapsaNoSuchSnapshotException.class);
  }
}
