package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A model of what a space holds: makes random changes through batches and says what every state
 * must be. The whole list of pointers is itself kept as objects, so that a state found by an
 * opening tells what it consists of.
 */
final class SpaceModel {
  /**
   * Something stored, with the seed of its bytes.
   *
   * @param pointer to a node or object
   * @param birth of the reference
   * @param run of blocks; of a part of what was written
   * @param from blocks of what was written before the run
   * @param length bytes that were written
   */
  record Stored(
      char kind, ObjectPointer pointer, long birth, BlockRun run, int from, int length, long seed) {
    /** The bytes of the run, or of the object. */
    ByteBuffer bytes() {
      if (kind != 'b') {
        return SpaceModel.bytes(seed, length);
      }
      int start = from * BlockRun.BLOCK_BYTES;
      int end = Math.min(length, start + run.length() * BlockRun.BLOCK_BYTES);
      return SpaceModel.bytes(seed, length).slice(start, end - start);
    }

    /** Some of the blocks. */
    Stored part(int first, int count) {
      BlockRun blocks = new BlockRun(run.start() + first, count);
      return new Stored('b', pointer, birth, blocks, from + first, length, seed);
    }

    /** The same, as a reference of another commit. */
    Stored sharedBy(long sequence) {
      return new Stored(kind, pointer, sequence, run, from, length, seed);
    }
  }

  private final Random random;
  private boolean shortens;

  /** Of five changes, so many free something. */
  private int freed = 2;

  private boolean shares;

  /** What revisions have that are kept, to share from. */
  private List<Stored> older = List.of();

  private List<Stored> stored = new ArrayList<>();
  private List<ObjectPointer> listNodes = new ArrayList<>();

  SpaceModel(Random random) {
    this.random = random;
  }

  /** Changes a few things and commits them; the root points to the list of everything. */
  void commit(Space space, int changes, boolean durable) throws IOException {
    commit(space, changes, durable, batch -> {});
  }

  /** What else a batch does before it commits. */
  interface Step {
    void run(Batch batch) throws IOException;
  }

  /** As the other, with a further step. */
  void commit(Space space, int changes, boolean durable, Step step) throws IOException {
    List<Stored> next = new ArrayList<>(stored);
    List<ObjectPointer> nextNodes;
    try (Batch batch = space.begin()) {
      for (int i = 0; i < changes; i++) {
        if (shares && random.nextInt(3) == 0) {
          share(batch, random.nextBoolean() ? older : next, next);
        } else if (!next.isEmpty() && random.nextInt(5) < freed) {
          Stored gone = next.remove(random.nextInt(next.size()));
          if (shortens && gone.kind() == 'b' && gone.run().length() > 1) {
            shorten(batch, gone, next);
          } else {
            free(batch, gone);
          }
        } else {
          add(batch, next);
        }
      }
      for (ObjectPointer node : listNodes) {
        batch.freeNode(node);
      }
      nextNodes = writeList(batch, next);
      step.run(batch);
      batch.commit(root(batch.sequence(), nextNodes), durable);
    }
    stored = next;
    listNodes = nextNodes;
  }

  /** Has runs of blocks freed from their end, one part after the other. */
  SpaceModel shortening() {
    shortens = true;
    return this;
  }

  /** Commits what a step does, and nothing else: not even the list of everything is written. */
  void commitOnly(Space space, Step step) throws IOException {
    try (Batch batch = space.begin()) {
      step.run(batch);
      batch.commit(root(batch.sequence(), listNodes), true);
    }
  }

  /** Has so many of five changes free something. */
  void freeing(int ofFive) {
    freed = ofFive;
  }

  /** Frees everything. */
  void clear(Space space) throws IOException {
    try (Batch batch = space.begin()) {
      for (Stored each : stored) {
        free(batch, each);
      }
      for (ObjectPointer node : listNodes) {
        batch.freeNode(node);
      }
      batch.commit(root(batch.sequence(), List.of()), true);
    }
    stored = new ArrayList<>();
    listNodes = new ArrayList<>();
  }

  /** Has runs of blocks, and objects, shared: with those of this state, and of others. */
  SpaceModel sharing() {
    shares = true;
    return this;
  }

  /** What else may be shared: the newest state of other models. */
  void shareFrom(List<SpaceModel> revisions) {
    older = new ArrayList<>();
    revisions.forEach(each -> older.addAll(each.stored));
  }

  private void share(Batch batch, List<Stored> source, List<Stored> into) throws IOException {
    List<Stored> runs = source.stream().filter(each -> mayShare(each, batch)).toList();
    if (runs.isEmpty()) {
      return;
    }
    Stored whole = runs.get(random.nextInt(runs.size()));
    if (whole.kind() == 'o') {
      assertThat(batch.shareObject(whole.pointer())).isTrue();
      into.add(whole.sharedBy(batch.sequence()));
      return;
    }
    int first = random.nextInt(whole.run().length());
    int count = 1 + random.nextInt(whole.run().length() - first);
    Stored part = random.nextBoolean() ? whole : whole.part(first, count);
    assertThat(batch.shareBlocks(part.run().start(), part.run().length())).isTrue();
    into.add(part.sharedBy(batch.sequence()));
  }

  /** Whether it is a run of blocks, or an object that was there before the batch. */
  private static boolean mayShare(Stored each, Batch batch) {
    return each.kind() == 'b' || each.kind() == 'o' && each.pointer().birth() < batch.sequence();
  }

  /** Frees the last blocks of a run, or, if it may be shared, some in the middle. */
  private void shorten(Batch batch, Stored whole, List<Stored> into) throws IOException {
    int length = whole.run().length();
    int first = shares ? random.nextInt(length) : 1 + random.nextInt(length - 1);
    int end = shares ? first + 1 + random.nextInt(length - first) : length;
    batch.freeBlocks(whole.run().start() + first, end - first, whole.birth());
    if (first > 0) {
      into.add(whole.part(0, first));
    }
    if (end < length) {
      into.add(whole.part(end, length - end));
    }
  }

  private void add(Batch batch, List<Stored> into) throws IOException {
    long seed = random.nextLong();
    switch (random.nextInt(4)) {
      case 0 -> {
        int length = 1 + random.nextInt(Space.MAX_NODE_BYTES);
        ObjectPointer pointer = batch.putNode(bytes(seed, length));
        into.add(new Stored('n', pointer, pointer.birth(), null, 0, length, seed));
      }
      case 1, 2 -> {
        int length = 1 + random.nextInt(random.nextInt(8) == 0 ? Space.MAX_OBJECT_BYTES : 3000);
        ObjectPointer pointer = batch.putObject(bytes(seed, length));
        if (random.nextInt(10) == 0) {
          batch.freeObject(pointer);
        } else {
          into.add(new Stored('o', pointer, pointer.birth(), null, 0, length, seed));
        }
      }
      default -> {
        int blocks = 1 + random.nextInt(random.nextInt(6) == 0 ? (shares ? 40 : 200) : 12);
        BlockRun run = batch.allocateBlocks(blocks);
        int length = run.length() * 4096 - random.nextInt(4096);
        batch.writeBlocks(run.start(), bytes(seed, length));
        ObjectPointer none = new ObjectPointer(0, 0, 0, 0);
        into.add(new Stored('b', none, batch.sequence(), run, 0, length, seed));
      }
    }
  }

  private static void free(Batch batch, Stored gone) throws IOException {
    switch (gone.kind()) {
      case 'n' -> batch.freeNode(gone.pointer());
      case 'o' -> batch.freeObject(gone.pointer(), gone.birth());
      default -> batch.freeBlocks(gone.run().start(), gone.run().length(), gone.birth());
    }
  }

  private static List<ObjectPointer> writeList(Batch batch, List<Stored> list) throws IOException {
    List<ObjectPointer> nodes = new ArrayList<>();
    int perNode = (Space.MAX_NODE_BYTES - 8) / 72;
    for (int from = 0; from < list.size(); from += perNode) {
      ByteBuffer node = ByteBuffer.allocate(Space.MAX_NODE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      List<Stored> part = list.subList(from, Math.min(list.size(), from + perNode));
      node.putInt(part.size());
      for (Stored each : part) {
        node.putChar(each.kind()).putInt(each.length()).putLong(each.seed());
        put(node, each.pointer());
        node.putLong(each.birth());
        node.putLong(each.run() == null ? 0 : each.run().start());
        node.putInt(each.run() == null ? 0 : each.run().length()).putInt(each.from());
      }
      nodes.add(batch.putNode(node.flip()));
    }
    return nodes;
  }

  private static void put(ByteBuffer node, ObjectPointer pointer) {
    node.putLong(pointer.id()).putLong(pointer.birth());
    node.putInt(pointer.length()).putLong(pointer.checksum());
  }

  private static ObjectPointer getPointer(ByteBuffer node) {
    return new ObjectPointer(node.getLong(), node.getLong(), node.getInt(), node.getLong());
  }

  private static byte[] root(long sequence, List<ObjectPointer> nodes) {
    ByteBuffer root = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    root.putLong(sequence).putInt(nodes.size());
    nodes.forEach(node -> put(root, node));
    byte[] bytes = new byte[root.position()];
    root.flip().get(bytes);
    return bytes;
  }

  static ByteBuffer bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  /**
   * Reads everything that the newest state of a space names, and adopts it as this model's state.
   */
  void adoptAndVerify(Space space) throws IOException {
    adoptAndVerify(space, space.root(), space.sequence());
  }

  /** As the other, of a state. */
  void adoptAndVerify(Space space, byte[] root, long sequence) throws IOException {
    stored = new ArrayList<>();
    listNodes = new ArrayList<>();
    if (root.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(root).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(in.getLong()).isEqualTo(sequence);
    for (int n = in.getInt(); n > 0; n--) {
      listNodes.add(getPointer(in));
    }
    for (ObjectPointer pointer : listNodes) {
      ByteBuffer node = ByteBuffer.wrap(space.readNode(pointer)).order(ByteOrder.LITTLE_ENDIAN);
      for (int n = node.getInt(); n > 0; n--) {
        char kind = node.getChar();
        int length = node.getInt();
        long seed = node.getLong();
        ObjectPointer object = getPointer(node);
        long birth = node.getLong();
        BlockRun run = new BlockRun(node.getLong(), node.getInt());
        BlockRun blocks = kind == 'b' ? run : null;
        stored.add(new Stored(kind, object, birth, blocks, node.getInt(), length, seed));
      }
    }
    verify(space);
  }

  /** Reads everything and compares. */
  void verify(Space space) throws IOException {
    for (Stored each : stored) {
      ByteBuffer expected = each.bytes();
      ByteBuffer actual = ByteBuffer.allocate(expected.remaining());
      switch (each.kind()) {
        case 'n' -> actual = ByteBuffer.wrap(space.readNode(each.pointer()));
        case 'o' -> space.readObject(each.pointer(), 0, actual);
        default -> space.readBlocks(each.run().start(), 0, actual);
      }
      actual.rewind();
      assertThat(actual.equals(expected)).as("%s", each).isTrue();
    }
  }

  /** Units of the kinds that the state reaches, to compare with what is allocated. */
  long nodes() {
    return listNodes.size() + stored.stream().filter(each -> each.kind() == 'n').count();
  }

  long grains() {
    return distinct(SegmentKind.GRAIN);
  }

  long blocks() {
    return distinct(SegmentKind.BLOCK);
  }

  private long distinct(SegmentKind kind) {
    return units().keySet().stream().filter(unit -> unit.get(0) == kind.ordinal()).count();
  }

  /** Has a check count what the state reaches; as the head, or as a kept revision. */
  void reach(StoreCheck check, long before, boolean head) {
    for (ObjectPointer node : listNodes) {
      reachNode(check, node, before, head);
    }
    for (Stored each : stored) {
      ObjectPointer pointer = each.pointer();
      if (each.kind() == 'n') {
        reachNode(check, pointer, before, head);
      } else if (each.birth() > before && each.kind() == 'o') {
        if (head) {
          check.object(pointer, each.birth(), "head");
        } else {
          check.heldObject(pointer, "kept");
        }
      } else if (each.birth() > before && head) {
        check.blocks(each.run().start(), each.run().length(), each.birth(), "head");
      } else if (each.birth() > before) {
        check.heldBlocks(each.run().start(), each.run().length(), "kept");
      }
    }
  }

  private static void reachNode(StoreCheck check, ObjectPointer node, long before, boolean head) {
    if (head) {
      check.node(node, "head");
    } else if (node.birth() > before) {
      check.heldNode(node, "kept");
    }
  }

  /** Each unit that the state reaches: kind, segment and unit, with the births of references. */
  Map<List<Integer>, List<Long>> units() {
    Map<List<Integer>, List<Long>> units = new HashMap<>();
    for (ObjectPointer node : listNodes) {
      add(units, SegmentKind.NODE, node.id(), 1, node.birth());
    }
    for (Stored each : stored) {
      ObjectPointer pointer = each.pointer();
      switch (each.kind()) {
        case 'n' -> add(units, SegmentKind.NODE, pointer.id(), 1, pointer.birth());
        case 'o' -> {
          int grains = MultiStore.grains(each.length());
          add(units, SegmentKind.GRAIN, pointer.id(), grains, each.birth());
        }
        default -> {
          for (long block = each.run().start(); block < each.run().end(); block++) {
            units.computeIfAbsent(unit(block), it -> new ArrayList<>()).add(each.birth());
          }
        }
      }
    }
    units.replaceAll((unit, births) -> births.stream().sorted().toList());
    return units;
  }

  /** Of a block, or any unit that can be shared. */
  static List<Integer> unit(long number) {
    SegmentKind kind = SharedUnits.kind(number);
    int segment = SharedUnits.segment(number);
    int unit = (int) (number - SharedUnits.of(kind, segment, 0));
    return List.of(kind.ordinal(), segment, unit);
  }

  private static void add(
      Map<List<Integer>, List<Long>> units, SegmentKind kind, long id, int count, long birth) {
    ObjectId object = new ObjectId(id);
    for (int i = 0; i < count; i++) {
      List<Integer> unit = List.of(kind.ordinal(), object.segment(), object.slot() + i);
      units.computeIfAbsent(unit, it -> new ArrayList<>()).add(birth);
    }
  }

  /** Asserts that the space has allocated just what the state reaches. */
  void assertNoLeak(MultiStore store) throws IOException {
    assertThat(store.unitsUsed(SegmentKind.NODE)).as("nodes").isEqualTo(nodes());
    assertThat(store.unitsUsed(SegmentKind.GRAIN) - ShareWalk.grains(store))
        .as("grains")
        .isEqualTo(grains());
    assertThat(store.unitsUsed(SegmentKind.BLOCK)).as("blocks").isEqualTo(blocks());
  }
}
