package dev.capsa.store;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;

class ConcurrentStoreContractTest extends StoreContract {
  @Override
  Store create() throws IOException {
    return ConcurrentStore.create(
        new MemoryRawStorage(), StoreOptions.defaults().withDiskTokens(2));
  }
}
