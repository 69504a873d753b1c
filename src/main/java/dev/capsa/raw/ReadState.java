package dev.capsa.raw;

/**
 * A committed state that a reader of a container holds: nothing that it reaches is overwritten.
 *
 * @param sequence of the commit; {@link #ALL}'s is 0
 * @param recordOffset physical offset of the commit record, in bytes
 * @param recordLength of the record, in bytes
 * @param recordChecksum of the record
 */
public record ReadState(long sequence, long recordOffset, int recordLength, long recordChecksum) {
  /** Whatever state the reader may choose: held from its registration until its choice. */
  public static final ReadState ALL = new ReadState(0, 0, 0, 0);
}
