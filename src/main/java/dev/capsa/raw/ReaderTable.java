package dev.capsa.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The entries of readers in an open lock file. An entry counts while its byte is locked; its reader
 * locks first and writes then, and clears before it unlocks. So an entry that is not empty, and
 * whose byte is free, was left by a process that died, and whoever gets the lock may clear it.
 *
 * <p>Immutable; safe for use by many threads. Within a process a lock that is being tested by one
 * thread is taken for one that is held by another one, which errs on the safe side.
 */
final class ReaderTable {
  private static final long EMPTY = 0;
  private static final long ANY = -1;

  private final UninterruptibleFile file;

  ReaderTable(UninterruptibleFile file) {
    this.file = file;
  }

  /** A reader's entry and its lock, which is released when nobody refers to it. */
  record Entry(int index, FileLock lock) {}

  /** Takes an entry that holds all states; null if there is none left. Only behind the door. */
  @Nullable Entry take() throws IOException {
    for (int index = 0; index < LockFileLayout.MOST_READERS; index++) {
      FileLock lock = tryLock(index);
      if (lock != null) {
        Entry entry = new Entry(index, lock);
        write(entry, ReadState.ALL);
        return entry;
      }
    }
    return null;
  }

  /** Changes what an entry holds. */
  void write(Entry entry, ReadState state) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(ReaderEntryLayout.ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(
        ReaderEntryLayout.READ_SEQUENCE, state.equals(ReadState.ALL) ? ANY : state.sequence());
    bytes.putLong(ReaderEntryLayout.READ_RECORD_OFFSET, state.recordOffset());
    bytes.putLong(ReaderEntryLayout.READ_RECORD_CHECKSUM, state.recordChecksum());
    bytes.putInt(ReaderEntryLayout.READ_RECORD_LENGTH, state.recordLength());
    byte[] reader = LockHolder.current().encoded();
    int room = ReaderEntryLayout.ENTRY_BYTES - ReaderEntryLayout.READER;
    bytes.put(ReaderEntryLayout.READER, reader, 0, Math.min(room, reader.length));
    bytes.putInt(ReaderEntryLayout.READ_CRC, crcOf(bytes));
    file.write(offsetOf(entry.index), bytes);
  }

  /** Clears an entry, then gives its byte back. */
  void release(Entry entry) throws IOException {
    try {
      clear(entry.index);
    } finally {
      entry.lock.release();
    }
  }

  /** The states that live readers hold; clears what dead ones have left. */
  List<ReadState> states() {
    List<ReadState> states = new ArrayList<>();
    try {
      ByteBuffer table = read();
      for (int index = 0; index < LockFileLayout.MOST_READERS; index++) {
        ByteBuffer entry = entry(table, index);
        if (!isEmpty(entry) && isAlive(index)) {
          states.add(stateOf(entry));
        }
      }
    } catch (IOException e) {
      states.add(ReadState.ALL);
    }
    return states;
  }

  private boolean isAlive(int index) throws IOException {
    FileLock lock = tryLock(index);
    if (lock == null) {
      return true;
    }
    try {
      clear(index);
    } finally {
      lock.release();
    }
    return false;
  }

  private static ReadState stateOf(ByteBuffer entry) {
    long sequence = entry.getLong(ReaderEntryLayout.READ_SEQUENCE);
    if (sequence <= 0 || entry.getInt(ReaderEntryLayout.READ_CRC) != crcOf(entry)) {
      return ReadState.ALL;
    }
    return new ReadState(
        sequence,
        entry.getLong(ReaderEntryLayout.READ_RECORD_OFFSET),
        entry.getInt(ReaderEntryLayout.READ_RECORD_LENGTH),
        entry.getLong(ReaderEntryLayout.READ_RECORD_CHECKSUM));
  }

  /** Indexes of the entries that are not empty. */
  List<Integer> used() throws IOException {
    ByteBuffer table = read();
    List<Integer> used = new ArrayList<>();
    for (int index = 0; index < LockFileLayout.MOST_READERS; index++) {
      if (!isEmpty(entry(table, index))) {
        used.add(index);
      }
    }
    return used;
  }

  private ByteBuffer read() throws IOException {
    ByteBuffer table =
        ByteBuffer.allocate(LockFileLayout.MOST_READERS * ReaderEntryLayout.ENTRY_BYTES);
    if (!file.read(LockFileLayout.READERS, table)) {
      throw new IOException("the lock file was cut to " + file.size() + " bytes");
    }
    return table;
  }

  private static ByteBuffer entry(ByteBuffer table, int index) {
    int bytes = ReaderEntryLayout.ENTRY_BYTES;
    return table.slice(index * bytes, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static boolean isEmpty(ByteBuffer entry) {
    return entry.getLong(ReaderEntryLayout.READ_SEQUENCE) == EMPTY;
  }

  private @Nullable FileLock tryLock(int index) throws IOException {
    try {
      return file.tryLock(LockFileLayout.FIRST_READER_BYTE + index, 1);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private void clear(int index) throws IOException {
    file.write(offsetOf(index), ByteBuffer.allocate(ReaderEntryLayout.ENTRY_BYTES));
  }

  private static long offsetOf(int index) {
    return LockFileLayout.READERS + (long) index * ReaderEntryLayout.ENTRY_BYTES;
  }

  private static int crcOf(ByteBuffer entry) {
    byte[] bytes = new byte[ReaderEntryLayout.ENTRY_BYTES];
    entry.get(0, bytes);
    Arrays.fill(bytes, ReaderEntryLayout.READ_CRC, ReaderEntryLayout.READ_CRC + 4, (byte) 0);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
