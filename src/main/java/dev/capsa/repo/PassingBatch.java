package dev.capsa.repo;

import dev.capsa.store.Batch;
import dev.capsa.store.BlockRun;
import dev.capsa.store.CompactionScope;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.UnitShare;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Passes all calls on to another batch. Confined as that is. */
abstract class PassingBatch implements Batch {
  private final Batch batch;

  PassingBatch(Batch batch) {
    this.batch = batch;
  }

  @Override
  public long sequence() {
    return batch.sequence();
  }

  @Override
  public ObjectPointer putNode(ByteBuffer content) throws IOException {
    return batch.putNode(content);
  }

  @Override
  public void freeNode(ObjectPointer pointer) throws IOException {
    batch.freeNode(pointer);
  }

  @Override
  public ObjectPointer putObject(ByteBuffer content) throws IOException {
    return batch.putObject(content);
  }

  @Override
  public BlockRun allocateBlocks(int wanted) throws IOException {
    return batch.allocateBlocks(wanted);
  }

  @Override
  public void writeBlocks(long block, ByteBuffer content) throws IOException {
    batch.writeBlocks(block, content);
  }

  @Override
  public void freeObject(ObjectPointer pointer, long referenceBirth) throws IOException {
    batch.freeObject(pointer, referenceBirth);
  }

  @Override
  public void freeBlocks(long start, long length, long referenceBirth) throws IOException {
    batch.freeBlocks(start, length, referenceBirth);
  }

  @Override
  public boolean shareObject(ObjectPointer pointer) throws IOException {
    return batch.shareObject(pointer);
  }

  @Override
  public boolean shareBlocks(long start, long length) throws IOException {
    return batch.shareBlocks(start, length);
  }

  @Override
  public List<UnitShare> shared(long start, long length) throws IOException {
    return batch.shared(start, length);
  }

  @Override
  public void keep(String name) throws IOException {
    batch.keep(name);
  }

  @Override
  public KeptRevision keepNewest(String name) throws IOException {
    return batch.keepNewest(name);
  }

  @Override
  public void drop(String name) throws IOException {
    batch.drop(name);
  }

  @Override
  public int reclaim(int most) throws IOException {
    return batch.reclaim(most);
  }

  @Override
  public Compacted compact(long mostBytes, CompactionScope scope) throws IOException {
    return batch.compact(mostBytes, scope);
  }

  @Override
  public void commit(byte[] root, boolean durable) throws IOException {
    batch.commit(root, durable);
  }

  @Override
  public void abort() {
    batch.abort();
  }
}
