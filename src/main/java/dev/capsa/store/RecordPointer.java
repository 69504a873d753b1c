package dev.capsa.store;

/**
 * A checked reference to a commit record.
 *
 * @param offset physical, in bytes; 0: none
 * @param length in bytes
 * @param checksum checksum64 of the record
 * @param sequence of the commit
 */
record RecordPointer(long offset, int length, long checksum, long sequence) {
  static final RecordPointer NONE = new RecordPointer(0, 0, 0, 0);
}
