package dev.capsa.raw;

/** Offsets and sizes in the lock file, in bytes (docs/FORMAT.md, "The lock file"). */
final class LockFileLayout {
  /** Text: who writes. */
  static final int HOLDER = 0;

  static final int HOLDER_BYTES = 4096;

  /** The table of readers. */
  static final int READERS = HOLDER + HOLDER_BYTES;

  static final int MOST_READERS = 64;

  /** Zeros of a random number, 1 to {@value #MOST_PADDING_BYTES}, which the length tells. */
  static final int PADDING = READERS + MOST_READERS * ReaderEntryLayout.ENTRY_BYTES;

  static final int MOST_PADDING_BYTES = 4096;

  /** Locked by who writes. Beyond all content, since Windows lets nobody read a locked byte. */
  static final long WRITER_BYTE = 1L << 40;

  /** Locked for a moment by who comes or goes. */
  static final long DOOR_BYTE = WRITER_BYTE + 1;

  /** Locked by the reader of the first entry; the others follow. */
  static final long FIRST_READER_BYTE = WRITER_BYTE + 16;

  private LockFileLayout() {}
}
