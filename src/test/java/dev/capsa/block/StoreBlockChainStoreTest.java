package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.store.ObjectPointer;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class StoreBlockChainStoreTest extends BlockChainStoreContract {
  private TestContainer container;
  private BlockChainStore store;

  @BeforeEach
  void create() throws IOException {
    container = new TestContainer();
    bind();
  }

  @AfterEach
  void all_objects_are_those_of_chains() throws IOException {
    container.commit();
    Set<ObjectPointer> linked = new HashSet<>();
    ItemCursor cursor = container.committed.cursor(new byte[0], null);
    while (cursor.next()) {
      assertThat(ItemKey.kind(cursor.key())).isEqualTo(ItemKey.CHAIN);
      linked.add(ContentItems.link(cursor.key(), cursor.value()).pointer());
    }
    assertThat(container.space.objects()).isEqualTo(linked);
    container.close();
  }

  private void bind() {
    store =
        new StoreBlockChainStore(
            container.committed, container.next, container.space, container.batch);
  }

  @Override
  BlockChainStore store() {
    return store;
  }

  @Override
  BlockChainStore reopened() throws IOException {
    container.commit();
    bind();
    return store;
  }
}
