package dev.capsa.store;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The plainest {@link Store}: arrays in a map, no runs, nothing durable. */
final class MemoryStore implements Store {
  private final Map<ObjectId, byte[]> objects = new ConcurrentHashMap<>();
  private long last;
  private long sequence;
  private volatile ObjectId prime;

  private byte[] require(ObjectId id) throws ObjectNotFoundException {
    byte[] content = objects.get(id);
    if (content == null) {
      throw new ObjectNotFoundException(id);
    }
    return content;
  }

  @Override
  public ObjectId newObject(int size) {
    ObjectId id = new ObjectId(++last);
    objects.put(id, new byte[size]);
    return id;
  }

  @Override
  public SectionReader openReader(ObjectId id) throws ObjectNotFoundException {
    return SectionReader.of(id, require(id));
  }

  @Override
  public SectionWriter create(int size) throws ObjectNotFoundException {
    return openWriter(newObject(size));
  }

  @Override
  public SectionWriter openWriter(ObjectId id) throws ObjectNotFoundException {
    byte[] content = require(id).clone();
    return new SectionWriter(
        id,
        content.length,
        new SectionWriter.Target() {
          @Override
          public void write(int offset, ByteBuffer source) {
            source.get(content, offset, source.remaining());
          }

          @Override
          public void finish() throws ObjectNotFoundException {
            require(id);
            objects.put(id, content);
          }

          @Override
          public void abandon() {}
        });
  }

  @Override
  public void writeBatch(List<ObjectId> ids, ByteBuffer data, int[] sizes)
      throws ObjectNotFoundException {
    Set<ObjectId> distinct = new HashSet<>(ids);
    if (distinct.size() != sizes.length) {
      throw new IllegalArgumentException("an id comes twice");
    }
    for (int i = 0; i < sizes.length; i++) {
      byte[] content = require(ids.get(i)).clone();
      data.get(content, 0, sizes[i]);
      objects.put(ids.get(i), content);
    }
  }

  @Override
  public void delete(ObjectId id) throws ObjectNotFoundException {
    require(id);
    objects.remove(id);
  }

  @Override
  public ObjectId prime(int size) {
    if (prime == null) {
      prime = newObject(size);
    }
    return prime;
  }

  @Override
  public Optional<ObjectInfo> info(ObjectId id) {
    return Optional.ofNullable(objects.get(id)).map(it -> new ObjectInfo(0, it.length));
  }

  @Override
  public long commit() {
    return ++sequence;
  }

  @Override
  public long objectCount() {
    return objects.size();
  }

  @Override
  public void close() {}
}
