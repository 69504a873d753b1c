package dev.capsa.store;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;

class MultiStoreContractTest extends StoreContract {
  @Override
  Store create() throws IOException {
    return MultiStore.create(new MemoryRawStorage(), 0, 0);
  }
}
