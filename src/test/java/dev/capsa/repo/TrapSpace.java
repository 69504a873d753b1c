package dev.capsa.repo;

import dev.capsa.store.Batch;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MemorySpace;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Pin;
import dev.capsa.store.Room;
import dev.capsa.store.Space;
import dev.capsa.store.UnitShare;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A space in memory where a test may do something before a commit, and sees which ones forced. */
final class TrapSpace implements Space {
  final MemorySpace memory;
  volatile PlainContentStore.Trap beforeCommit = () -> {};

  /** For each commit whether it was durable. */
  final List<Boolean> durable = new CopyOnWriteArrayList<>();

  TrapSpace(MemorySpace memory) {
    this.memory = memory;
  }

  @Override
  public byte[] root() {
    return memory.root();
  }

  @Override
  public long sequence() {
    return memory.sequence();
  }

  @Override
  public byte[] readNode(ObjectPointer pointer) throws IOException {
    return memory.readNode(pointer);
  }

  @Override
  public void readObject(ObjectPointer pointer, int offset, ByteBuffer destination)
      throws IOException {
    memory.readObject(pointer, offset, destination);
  }

  @Override
  public void readBlocks(long block, long offset, ByteBuffer destination) throws IOException {
    memory.readBlocks(block, offset, destination);
  }

  @Override
  public List<UnitShare> shared(long start, long length) throws IOException {
    return memory.shared(start, length);
  }

  @Override
  public Pin pin() {
    return memory.pin();
  }

  @Override
  public List<KeptRevision> keptRevisions() {
    return memory.keptRevisions();
  }

  @Override
  public Optional<KeptRevision> keptRevision(String name) {
    return memory.keptRevision(name);
  }

  @Override
  public Optional<KeptRevision> keptRevision(long sequence) {
    return memory.keptRevision(sequence);
  }

  @Override
  public KeptRevision newestRevision() {
    return memory.newestRevision();
  }

  @Override
  public boolean isReclaimable() {
    return memory.isReclaimable();
  }

  @Override
  public Batch begin() throws IOException {
    return new TrapBatch(memory.begin());
  }

  @Override
  public long freeBytes() {
    return memory.freeBytes();
  }

  @Override
  public void reserve(Room room) throws IOException {
    memory.reserve(room);
  }

  private final class TrapBatch extends PassingBatch {
    TrapBatch(Batch batch) {
      super(batch);
    }

    @Override
    public void commit(byte[] root, boolean forced) throws IOException {
      beforeCommit.run();
      super.commit(root, forced);
      durable.add(forced);
    }
  }
}
