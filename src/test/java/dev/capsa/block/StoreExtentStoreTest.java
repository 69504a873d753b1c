package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.tree.ItemCursor;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class StoreExtentStoreTest extends ExtentStoreContract {
  private TestContainer container;
  private ExtentStore store;

  @BeforeEach
  void create() throws IOException {
    container = new TestContainer();
    bind();
  }

  @AfterEach
  void everything_that_is_allocated_is_reached() throws IOException {
    container.commit();
    Set<Long> reached = new TreeSet<>();
    ItemCursor cursor = container.committed.cursor(new byte[0], null);
    while (cursor.next()) {
      Extent extent = ContentItems.extent(cursor.key(), cursor.value());
      for (long block = extent.physical(); block < extent.physicalEnd(); block++) {
        assertThat(reached.add(block)).as("first reference to %d", block).isTrue();
      }
    }
    assertThat(container.space.blocks()).isEqualTo(reached);
    container.close();
  }

  private void bind() {
    store =
        new StoreExtentStore(container.committed, container.next, container.space, container.batch);
  }

  @Override
  ExtentStore store() {
    return store;
  }

  @Override
  ExtentStore reopened() throws IOException {
    container.commit();
    bind();
    return store;
  }
}
