package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Says whether a root slot may be opened (docs/FORMAT.md, invariant 4). */
final class StateVerifier {
  private StateVerifier() {}

  /** The record of an acceptable slot; throws if it is not. */
  static CommitRecord verify(RawStorage raw, UUID uuid, RootSlot slot, long mustReach, long length)
      throws IOException {
    if (slot.leastLength() > length) {
      throw new CapsaCorruptException(
          "the file has " + length + " bytes, expected at least " + slot.leastLength());
    }
    CommitRecord record = readRecord(raw, uuid, slot.record(), length);
    CommitRecord at = record;
    while (!slot.forced() && at.sequence() > mustReach && !at.forced()) {
      for (CommitRecord.WrittenRange range : at.manifest()) {
        verifyRange(raw, range, length);
      }
      if (at.previous().sequence() <= mustReach) {
        break;
      }
      at = readRecord(raw, uuid, at.previous(), length);
    }
    return record;
  }

  /** Reads and checks a commit record. */
  static CommitRecord readRecord(RawStorage raw, UUID uuid, RecordPointer pointer, long length)
      throws IOException {
    requireInside(pointer.offset(), pointer.length(), length);
    ByteBuffer bytes = ByteBuffer.allocate(pointer.length());
    raw.read(pointer.offset(), bytes);
    bytes.flip();
    if (Checksums.checksum64(bytes) != pointer.checksum()) {
      throw new CapsaCorruptException(
          "record of commit "
              + pointer.sequence()
              + " at "
              + pointer.offset()
              + "+"
              + pointer.length()
              + " does not match its checksum");
    }
    return CommitRecord.decode(bytes, uuid, pointer.sequence());
  }

  private static void verifyRange(RawStorage raw, CommitRecord.WrittenRange range, long length)
      throws IOException {
    requireInside(range.offset(), range.length(), length);
    ByteBuffer bytes = ByteBuffer.allocate(range.length());
    raw.read(range.offset(), bytes);
    if (Checksums.crc32c(bytes.flip()) != range.crc()) {
      throw new CapsaCorruptException(
          "bytes " + range.offset() + "+" + range.length() + " did not reach the medium");
    }
  }

  private static void requireInside(long offset, int bytes, long length)
      throws CapsaCorruptException {
    if (offset < 0 || bytes < 0 || bytes > RawStorage.SEGMENT_BYTES || offset > length - bytes) {
      throw new CapsaCorruptException(
          "range " + offset + "+" + bytes + " lies outside the file of " + length + " bytes");
    }
  }
}
