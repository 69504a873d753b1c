package dev.capsa.block;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The extents of a file, sorted by the file's blocks, without overlap; what lies between them is
 * holes. Immutable: a change is a new list.
 */
public final class ExtentList implements Iterable<Extent> {
  private static final ExtentList EMPTY = new ExtentList(List.of());

  private final List<Extent> extents;

  private ExtentList(List<Extent> extents) {
    this.extents = extents;
  }

  /**
   * Where a block of the file lies.
   *
   * @param index which extent of the list
   * @param offset which block of that extent
   */
  public record Position(int index, long offset) {}

  /** The list of a file that is one hole. */
  public static ExtentList empty() {
    return EMPTY;
  }

  /** As {@link #of(Collection)}. */
  public static ExtentList of(Extent... extents) {
    return of(List.of(extents));
  }

  /**
   * A list of these extents, in whatever order they come.
   *
   * @throws IllegalArgumentException if two of them hold the same block of the file
   */
  public static ExtentList of(Collection<Extent> extents) {
    List<Extent> sorted = new ArrayList<>(extents);
    sorted.sort(Comparator.comparingLong(Extent::logical));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).logical() < sorted.get(i - 1).logicalEnd()) {
        throw new IllegalArgumentException(sorted.get(i - 1) + " overlaps " + sorted.get(i));
      }
    }
    return sorted.isEmpty() ? EMPTY : new ExtentList(List.copyOf(sorted));
  }

  /** How many extents. */
  public int size() {
    return extents.size();
  }

  /** Whether all is a hole. */
  public boolean isEmpty() {
    return extents.isEmpty();
  }

  /** An extent by its place in the list. */
  public Extent get(int index) {
    return extents.get(index);
  }

  @Override
  public Iterator<Extent> iterator() {
    return extents.iterator();
  }

  /** Where a block of the file lies, by binary search, or null for a hole. */
  public @Nullable Position find(long block) {
    int index = firstEndingAfter(block);
    if (index == extents.size() || extents.get(index).logical() > block) {
      return null;
    }
    return new Position(index, block - extents.get(index).logical());
  }

  /** Where a block of the file is stored, or 0 for a hole. */
  public long physical(long block) {
    Position position = find(block);
    return position == null ? 0 : get(position.index()).physical() + position.offset();
  }

  /** Stored blocks; holes do not count. */
  public long totalBlocks() {
    long total = 0;
    for (Extent extent : extents) {
      total += extent.length();
    }
    return total;
  }

  /** The file's block after the last stored one. */
  public long logicalSize() {
    return extents.isEmpty() ? 0 : extents.get(extents.size() - 1).logicalEnd();
  }

  /** What lies in a range of the file's blocks; extents that stick out are cut. */
  public ExtentList part(long first, long count) {
    long end = end(first, count);
    if (first == end) {
      return EMPTY;
    }
    List<Extent> parts = new ArrayList<>();
    for (int i = firstEndingAfter(first); i < size() && get(i).logical() < end; i++) {
      Extent extent = get(i);
      parts.add(extent.part(Math.max(first, extent.logical()), Math.min(end, extent.logicalEnd())));
    }
    return parts.isEmpty() ? EMPTY : new ExtentList(List.copyOf(parts));
  }

  /** This list with a hole in place of a range: extents at its edges keep head and tail. */
  public ExtentList without(long first, long count) {
    return replace(first, count, EMPTY);
  }

  /**
   * This list with other extents in place of a range, as {@link #merged}.
   *
   * @param first first block of the file that is replaced
   * @param count number of blocks; as many as there are, if the end exceeds a {@code long}
   * @param replacement extents wholly inside the range; the rest of it is holes
   * @throws IllegalArgumentException if an extent of the replacement leaves the range
   */
  public ExtentList replace(long first, long count, ExtentList replacement) {
    long end = end(first, count);
    if (!replacement.isEmpty()
        && (replacement.get(0).logical() < first || replacement.logicalSize() > end)) {
      throw new IllegalArgumentException(
          replacement + " is not inside blocks " + first + " to " + end);
    }
    List<Extent> result = new ArrayList<>(size() + replacement.size() + 1);
    result.addAll(part(0, first).extents);
    result.addAll(replacement.extents);
    if (end < Long.MAX_VALUE) {
      result.addAll(part(end, Long.MAX_VALUE).extents);
    }
    return new ExtentList(result).merged();
  }

  /**
   * This list with each two neighbours joined that follow each other both in the file and in the
   * store and agree in their births.
   */
  public ExtentList merged() {
    List<Extent> result = new ArrayList<>(size());
    for (Extent extent : extents) {
      int last = result.size() - 1;
      if (last >= 0 && result.get(last).continuesWith(extent)) {
        result.set(last, result.get(last).joinedWith(extent));
      } else {
        result.add(extent);
      }
    }
    return result.isEmpty() ? EMPTY : new ExtentList(List.copyOf(result));
  }

  /** The first block after a range, at most {@link Long#MAX_VALUE}. */
  static long end(long first, long count) {
    Blocks.check(first, "first block");
    Blocks.check(count, "number of blocks");
    long end = first + count;
    return end < 0 ? Long.MAX_VALUE : end;
  }

  /** Index of the first extent that ends after a block. */
  private int firstEndingAfter(long block) {
    int low = 0;
    int high = extents.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (extents.get(middle).logicalEnd() > block) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExtentList list && extents.equals(list.extents);
  }

  @Override
  public int hashCode() {
    return extents.hashCode();
  }

  @Override
  public String toString() {
    return extents.toString();
  }
}
