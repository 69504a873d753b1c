package dev.capsa.store;

/** The wrapper takes any store (C1), also one that is no more than the interface asks for. */
class ConcurrentMemoryStoreContractTest extends StoreContract {
  @Override
  Store create() {
    return ConcurrentStore.wrap(new MemoryStore(), StoreOptions.defaults());
  }
}
