package dev.capsa.store;

import dev.capsa.CapsaException;

/** The store has no object of this id: there never was one, or it was deleted or given up. */
public class ObjectNotFoundException extends CapsaException {
  private static final long serialVersionUID = 1;

  private final transient ObjectId id;

  /** Names the object. */
  public ObjectNotFoundException(ObjectId id) {
    super("there is no " + id);
    this.id = id;
  }

  /** The id that names nothing. */
  public ObjectId id() {
    return id;
  }
}
