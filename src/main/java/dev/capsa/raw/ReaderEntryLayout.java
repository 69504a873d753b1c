package dev.capsa.raw;

/** Offsets in a reader's entry of the lock file, in bytes (docs/FORMAT.md, "Readers"). */
final class ReaderEntryLayout {
  /** Commit sequence of the state; 0: no reader; −1: any state. */
  static final int READ_SEQUENCE = 0;

  static final int READ_RECORD_OFFSET = 8;
  static final int READ_RECORD_CHECKSUM = 16;
  static final int READ_RECORD_LENGTH = 24;

  /** CRC32C of the entry with zeros in this field. */
  static final int READ_CRC = 28;

  /** Text: who reads, cut where the entry ends. */
  static final int READER = 32;

  static final int ENTRY_BYTES = 128;

  private ReaderEntryLayout() {}
}
