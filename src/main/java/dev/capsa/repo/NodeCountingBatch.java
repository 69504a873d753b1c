package dev.capsa.repo;

import dev.capsa.store.Batch;
import dev.capsa.store.ObjectPointer;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A batch that counts how many nodes come, less those that go. Confined as its batch is. */
final class NodeCountingBatch extends PassingBatch {
  private long nodes;
  private long touched;

  NodeCountingBatch(Batch batch) {
    super(batch);
  }

  /** Nodes written less nodes freed. */
  long nodes() {
    return nodes;
  }

  /** Nodes written and nodes freed. */
  long touched() {
    return touched;
  }

  @Override
  public ObjectPointer putNode(ByteBuffer content) throws IOException {
    ObjectPointer pointer = super.putNode(content);
    nodes++;
    touched++;
    return pointer;
  }

  @Override
  public void freeNode(ObjectPointer pointer) throws IOException {
    super.freeNode(pointer);
    nodes--;
    touched++;
  }
}
