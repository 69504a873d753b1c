package dev.capsa.block;

/** Keeps this exported package from being empty. Delete it with the first real class. */
final class Placeholder {
  private Placeholder() {}
}
