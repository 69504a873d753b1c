package dev.capsa.block;

class MemoryByteStoreTest extends ByteStoreContract {
  private final ByteStore store = new MemoryByteStore();

  @Override
  ByteStore store() {
    return store;
  }
}
