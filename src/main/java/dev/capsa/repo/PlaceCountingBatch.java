package dev.capsa.repo;

import dev.capsa.store.Batch;
import dev.capsa.store.BlockRun;
import dev.capsa.store.ObjectPointer;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A batch that counts what it writes, shares and frees but for nodes. Confined as its batch is. */
final class PlaceCountingBatch extends PassingBatch {
  private long places;

  PlaceCountingBatch(Batch batch) {
    super(batch);
  }

  /** Runs of grains or blocks that were written, shared or freed. */
  long places() {
    return places;
  }

  @Override
  public ObjectPointer putObject(ByteBuffer content) throws IOException {
    places++;
    return super.putObject(content);
  }

  @Override
  public BlockRun allocateBlocks(int wanted) throws IOException {
    places++;
    return super.allocateBlocks(wanted);
  }

  @Override
  public void freeObject(ObjectPointer pointer, long referenceBirth) throws IOException {
    places++;
    super.freeObject(pointer, referenceBirth);
  }

  @Override
  public void freeBlocks(long start, long length, long referenceBirth) throws IOException {
    places++;
    super.freeBlocks(start, length, referenceBirth);
  }

  @Override
  public boolean shareObject(ObjectPointer pointer) throws IOException {
    places++;
    return super.shareObject(pointer);
  }

  @Override
  public boolean shareBlocks(long start, long length) throws IOException {
    places++;
    return super.shareBlocks(start, length);
  }
}
