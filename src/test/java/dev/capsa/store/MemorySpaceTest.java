package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemorySpaceTest {
  private static final byte[] ROOT = {1};

  private final MemorySpace space = new MemorySpace();

  @Test
  void what_was_committed_is_read_back() throws IOException {
    ObjectPointer node;
    ObjectPointer object;
    BlockRun run;
    try (Batch batch = space.begin()) {
      assertThat(batch.sequence()).isEqualTo(1);
      node = batch.putNode(bytes(5));
      object = batch.putObject(bytes(6));
      run = batch.allocateBlocks(2);
      batch.writeBlocks(run.start(), bytes(5000));
      batch.commit(ROOT, true);
    }
    assertThat(space.root()).isEqualTo(ROOT);
    assertThat(space.sequence()).isEqualTo(1);
    assertThat(space.readNode(node)).isEqualTo(bytes(5).array());
    ByteBuffer part = ByteBuffer.allocate(3);
    space.readObject(object, 2, part);
    assertThat(part.array()).containsExactly(2, 3, 4);
    ByteBuffer tail = ByteBuffer.allocate(4);
    space.readBlocks(run.start(), 4094, tail);
    assertThat(tail.array()).containsExactly((byte) 4094, (byte) 4095, (byte) 4096, (byte) 4097);
    assertThat(space.nodes()).containsExactly(node);
    assertThat(space.objects()).containsExactly(object);
    assertThat(space.blocks()).containsExactly(run.start(), run.start() + 1);
  }

  @Test
  void an_abort_takes_everything_back() throws IOException {
    ObjectPointer kept = committedNode();
    try (Batch batch = space.begin()) {
      batch.putNode(bytes(5));
      batch.freeNode(kept);
      batch.allocateBlocks(3);
    }
    assertThat(space.nodes()).containsExactly(kept);
    assertThat(space.blocks()).isEmpty();
    assertThat(space.readNode(kept)).hasSize(7);
  }

  @Test
  void a_freed_node_is_readable_under_a_pin_only() throws IOException {
    ObjectPointer node = committedNode();
    try (Pin pin = space.pin()) {
      free(node);
      committedNode();
      committedNode();
      assertThat(space.readNode(node)).hasSize(7);
      try (Pin later = space.pin()) {
        pin.close();
        assertThatThrownBy(() -> space.readNode(node)).isInstanceOf(AssertionError.class);
      }
    }
    assertThat(space.openPins()).isZero();
  }

  @Test
  void a_freed_node_stays_readable_where_all_is_kept() throws IOException {
    MemorySpace keeping = MemorySpace.keepingAll();
    ObjectPointer node;
    try (Batch batch = keeping.begin()) {
      node = batch.putNode(bytes(7));
      batch.commit(ROOT, true);
    }
    for (int i = 0; i < 4; i++) {
      try (Batch batch = keeping.begin()) {
        batch.putNode(bytes(7));
        if (i == 0) {
          batch.freeNode(node);
        }
        batch.commit(ROOT, true);
      }
    }
    assertThat(keeping.readNode(node)).hasSize(7);
    assertThat(keeping.nodes()).hasSize(4).doesNotContain(node);
  }

  @Test
  void mistakes_are_found() throws IOException {
    ObjectPointer node = committedNode();
    ObjectPointer wrongBirth =
        new ObjectPointer(node.id(), node.birth() + 1, node.length(), node.checksum());
    assertThatThrownBy(() -> space.readNode(wrongBirth)).isInstanceOf(AssertionError.class);
    try (Batch batch = space.begin()) {
      assertThatThrownBy(space::begin).hasMessageContaining("still open");
      assertThatThrownBy(() -> batch.freeObject(node)).isInstanceOf(AssertionError.class);
      batch.freeNode(node);
      assertThatThrownBy(() -> batch.freeNode(node)).hasMessageContaining("double free");
      assertThatThrownBy(() -> batch.freeBlocks(1, 1, 1)).hasMessageContaining("not allocated");
      BlockRun run = batch.allocateBlocks(1);
      assertThatThrownBy(() -> space.readBlocks(run.start(), 0, bytes(1)))
          .hasMessageContaining("never written");
      assertThatThrownBy(() -> batch.writeBlocks(run.end(), bytes(1)))
          .hasMessageContaining("not allocated by this batch");
      batch.commit(ROOT, true);
      assertThatThrownBy(() -> batch.putNode(bytes(1))).hasMessageContaining("finished");
    }
    assertThatThrownBy(() -> space.readNode(node)).hasMessageContaining("use after free");
  }

  @Test
  void space_is_reused_two_commits_later() throws IOException {
    ObjectPointer node = committedNode();
    free(node);
    assertThat(committedNode().id()).isNotEqualTo(node.id());
    assertThat(committedNode().id()).isNotEqualTo(node.id());
    assertThat(committedNode().id()).isEqualTo(node.id());
  }

  @Test
  void faults_come_as_asked() throws IOException {
    ObjectPointer node = committedNode();
    space.damage(node);
    assertThatThrownBy(() -> space.readNode(node)).isInstanceOf(CapsaCorruptException.class);
    space.capacityBytes(7 + 2 * 4096);
    try (Batch batch = space.begin()) {
      assertThat(batch.allocateBlocks(9).length()).isEqualTo(2);
      assertThatThrownBy(() -> batch.allocateBlocks(1)).isInstanceOf(CapsaFullException.class);
    }
    space.capacityBytes(Long.MAX_VALUE);
    space.failAfter(1);
    try (Batch batch = space.begin()) {
      batch.putNode(bytes(1));
      assertThatThrownBy(() -> batch.commit(ROOT, true)).hasMessageContaining("injected");
    }
    assertThat(space.sequence()).isEqualTo(1);
    assertThat(space.nodes()).containsExactly(node);
  }

  private ObjectPointer committedNode() throws IOException {
    try (Batch batch = space.begin()) {
      ObjectPointer node = batch.putNode(bytes(7));
      batch.commit(ROOT, true);
      return node;
    }
  }

  private void free(ObjectPointer node) throws IOException {
    try (Batch batch = space.begin()) {
      batch.freeNode(node);
      batch.commit(ROOT, true);
    }
  }

  private static ByteBuffer bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return ByteBuffer.wrap(bytes);
  }
}
