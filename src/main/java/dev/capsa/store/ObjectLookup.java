package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds objects by their ids, and opens them for reading; takes no lock, in any thread.
 *
 * <p>An object is what the open batch says of it; else what a redirect says; else it is at home, if
 * a unit is live there, or written by the open batch, and begins with a header of this id. Each
 * look-up holds a pin that is older than all it learns, so what it is led to stays as it is. A
 * commit publishes in an order that makes this safe: redirects first, then the open batch goes.
 */
final class ObjectLookup {
  private final ObjectPlaces places;
  private final Redirects redirects;
  private final Pins pins;
  private volatile @Nullable ObjectChanges open;
  private volatile boolean closed;

  ObjectLookup(ObjectPlaces places, Redirects redirects, Pins pins) {
    this.places = places;
    this.redirects = redirects;
    this.pins = pins;
  }

  /** The changes of the open batch, if there is one. */
  @Nullable ObjectChanges open() {
    return open;
  }

  void setOpen(@Nullable ObjectChanges changes) {
    open = changes;
  }

  boolean isClosed() {
    return closed;
  }

  void setClosed() {
    closed = true;
  }

  void requireOpen() throws CapsaException {
    if (closed) {
      throw new CapsaException("the store is closed");
    }
  }

  /** Where an object's bytes are: in memory, or at a place. */
  record Located(
      int size, byte @Nullable [] bytes, ObjectPlaces.@Nullable Found found, long place) {}

  /** Finds an object; the caller holds a pin that it took before. */
  private @Nullable Located locate(ObjectId id, @Nullable ObjectChanges changes)
      throws IOException {
    requireOpen();
    ObjectChanges.Change change = changes == null ? null : changes.get(id);
    if (change != null) {
      return switch (change.kind()) {
        case DELETED -> null;
        case NEW -> {
          byte[] content = change.content();
          yield new Located(change.size(), content, null, id.value());
        }
        case OVERWRITTEN -> {
          byte[] content = change.content();
          yield content != null
              ? new Located(change.size(), content, null, change.target())
              : at(id, change.target(), true);
        }
      };
    }
    Redirects.Entry redirect = redirects.atHomeOf(id);
    if (redirect != null) {
      return redirect.id() == id.value() ? at(id, redirect.place(), true) : null;
    }
    return atHome(id, changes);
  }

  private @Nullable Located atHome(ObjectId id, @Nullable ObjectChanges changes)
      throws IOException {
    boolean live = places.isLive(id);
    long sequence = changes == null ? 0 : changes.batch().sequence();
    if (!live && (changes == null || (sequence & 0xffff) != id.generation())) {
      return null;
    }
    Located home;
    try {
      home = at(id, id.value(), live);
    } catch (CapsaCorruptException e) {
      if (id.kind() == ObjectId.BLOCKS && redirects.isInsideHome(id, places)) {
        return null;
      }
      throw e;
    }
    ObjectPlaces.Found found = home == null ? null : home.found();
    return live || (found != null && found.birth() == sequence) ? home : null;
  }

  private @Nullable Located at(ObjectId id, long place, boolean live) throws IOException {
    ObjectPlaces.Found found = places.find(id, new ObjectId(place), live);
    if (found == null && place != id.value()) {
      throw new CapsaCorruptException(id + " is not where it was written: " + new ObjectId(place));
    }
    return found == null ? null : new Located(found.size(), null, found, place);
  }

  private Located require(ObjectId id, @Nullable ObjectChanges changes) throws IOException {
    Located located = locate(id, changes);
    if (located == null) {
      throw new ObjectNotFoundException(id);
    }
    return located;
  }

  /** What is done with an object that was found. */
  interface Reading<T> {
    T read(Located located, @Nullable ObjectChanges changes) throws IOException;
  }

  /** Reads what an object is now; once more if the open batch was given up meanwhile. */
  <T> T reading(ObjectId id, Reading<T> action) throws IOException {
    try (Pin pin = pins.pin()) {
      while (true) {
        ObjectChanges changes = open;
        try {
          T result = action.read(require(id, changes), changes);
          if (changes == null || !changes.isVoid()) {
            return result;
          }
        } catch (IOException e) {
          if (changes == null || !changes.isVoid()) {
            throw e;
          }
        }
      }
    }
  }

  /** All bytes of an object; not to be changed. */
  byte[] content(ObjectId id, Located located) throws IOException {
    byte[] bytes = located.bytes();
    if (bytes != null) {
      return bytes;
    }
    ObjectPlaces.Found found = located.found();
    return found == null ? new byte[located.size()] : places.content(id, found);
  }

  /** A reader of what the object is now. */
  SectionReader openReader(ObjectId id) throws IOException {
    Pin pin = pins.pin();
    boolean kept = false;
    try {
      SectionReader reader = reading(id, (located, changes) -> reader(id, located, changes, pin));
      kept = true;
      return reader;
    } finally {
      if (!kept) {
        pin.close();
      }
    }
  }

  /** What is small is read at once, and needs no pin; blocks are read when they are asked for. */
  private SectionReader reader(
      ObjectId id, Located located, @Nullable ObjectChanges changes, Pin pin) throws IOException {
    ObjectPlaces.Found found = located.found();
    if (found == null || new ObjectId(found.place()).kind() != ObjectId.BLOCKS) {
      SectionReader reader = SectionReader.of(id, content(id, located));
      pin.close();
      return reader;
    }
    boolean isNew = changes != null && found.birth() == changes.batch().sequence();
    ObjectChanges uncommitted = isNew ? changes : null;
    return new SectionReader(
        id,
        found.size(),
        (offset, destination) -> {
          requireOpen();
          places.readBlocks(found, offset, destination);
          if (uncommitted != null && uncommitted.isVoid()) {
            throw new ObjectNotFoundException(id);
          }
        },
        pin::close);
  }

  /** Where an object is, and its size. */
  Optional<ObjectInfo> info(ObjectId id) throws IOException {
    try {
      return Optional.of(reading(id, (located, changes) -> info(located)));
    } catch (ObjectNotFoundException e) {
      return Optional.empty();
    }
  }

  private ObjectInfo info(Located located) throws IOException {
    long offset = places.offset(located.place()) + ObjectLayout.HEADER_BYTES;
    return new ObjectInfo(offset, located.size());
  }
}
