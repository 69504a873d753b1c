package dev.capsa.block;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

class StoreByteStoreTest {
  @Nested
  class InExtents extends Bound {
    InExtents() {
      super(StoreContentStore.Layout.EXTENTS);
    }
  }

  @Nested
  class InAChain extends Bound {
    InAChain() {
      super(StoreContentStore.Layout.CHAIN);
    }
  }

  /** Commits and binds anew for every use. */
  abstract static class Bound extends ByteStoreContract {
    private final StoreContentStore.Layout layout;
    private TestContainer container;

    Bound(StoreContentStore.Layout layout) {
      this.layout = layout;
    }

    @BeforeEach
    void create() throws IOException {
      container = new TestContainer();
    }

    @AfterEach
    void check() throws IOException {
      container.commit();
      container.check(Map.of(7L, Long.MAX_VALUE));
      container.close();
    }

    @Override
    ByteStore store() throws IOException {
      container.commit();
      return new StoreByteStore(
          container.committed, container.next, container.space, container.batch, layout);
    }
  }
}
