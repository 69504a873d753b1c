package dev.capsa.inode;

import java.util.Arrays;

/**
 * What a check remembers of each inode, in arrays in the order of the numbers: about 40 bytes each.
 * Confined to one thread.
 */
final class InodeTable {
  /** A directory that was not looked at, lies on the way being climbed, or was looked at. */
  static final byte UNSEEN = 0;

  static final byte CLIMBING = 1;
  static final byte SEEN = 2;

  private int count;
  private long[] numbers = new long[64];

  /** What the INODE item states. */
  long[] parents = new long[64];

  int[] links = new int[64];
  FileKind[] kinds = new FileKind[64];

  /** Entries found that name the inode, and PARENT items that match one. */
  int[] names = new int[64];

  int[] furtherNames = new int[64];

  /**
   * The sum of the directories of all entries less that of the PARENT items: if there is one entry
   * more, the directory of the first name.
   */
  long[] directories = new long[64];

  byte[] marks = new byte[64];

  int count() {
    return count;
  }

  long number(int index) {
    return numbers[index];
  }

  /** Adds an inode whose number is above all others; its index. */
  int add(InodeCodec.Fields fields) {
    if (count == numbers.length) {
      grow(count + (count >> 1));
    }
    numbers[count] = fields.number();
    parents[count] = fields.parent();
    links[count] = fields.links();
    kinds[count] = fields.kind();
    return count++;
  }

  /** The index of an inode; negative if there is none. */
  int find(long number) {
    return Arrays.binarySearch(numbers, 0, count, number);
  }

  private void grow(int length) {
    numbers = Arrays.copyOf(numbers, length);
    parents = Arrays.copyOf(parents, length);
    links = Arrays.copyOf(links, length);
    kinds = Arrays.copyOf(kinds, length);
    names = Arrays.copyOf(names, length);
    furtherNames = Arrays.copyOf(furtherNames, length);
    directories = Arrays.copyOf(directories, length);
    marks = Arrays.copyOf(marks, length);
  }
}
