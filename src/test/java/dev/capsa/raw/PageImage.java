package dev.capsa.raw;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes in pages that copies share until one of them writes. A copy costs one reference per 256
 * KiB.
 *
 * <p>Not safe for use by many threads.
 */
final class PageImage {
  private static final int PAGE_BYTES = 4096;
  private static final int GROUP_PAGES = 64;
  private static final int GROUP_BYTES = PAGE_BYTES * GROUP_PAGES;

  /** Groups of pages; a group or page that is not there is zero. */
  private byte[][][] groups;

  /** Which pages of a group this image may change; a group with any may be changed itself. */
  private long[] own;

  private long length;

  PageImage() {
    this(new byte[0][][], 0);
  }

  private PageImage(byte[][][] groups, long length) {
    this.groups = groups;
    this.own = new long[groups.length];
    this.length = length;
  }

  /** Another image with the same bytes. From now on neither changes the pages there are. */
  PageImage copy() {
    Arrays.fill(own, 0);
    return new PageImage(groups.clone(), length);
  }

  long length() {
    return length;
  }

  /** Bytes past the new length are forgotten; new ones are zero. */
  void resize(long newLength) {
    if (newLength < length) {
      zeroFrom(newLength);
    }
    int count = Math.toIntExact((newLength + GROUP_BYTES - 1) / GROUP_BYTES);
    groups = Arrays.copyOf(groups, count);
    own = Arrays.copyOf(own, count);
    length = newLength;
  }

  /** Makes all bytes from an offset on zero. */
  void zeroFrom(long offset) {
    long at = offset;
    while (at < length && at % GROUP_BYTES != 0) {
      int part = (int) Math.min(PAGE_BYTES - at % PAGE_BYTES, length - at);
      byte[][] group = groups[(int) (at / GROUP_BYTES)];
      if (group != null && group[pageOf(at)] != null) {
        int start = (int) (at % PAGE_BYTES);
        Arrays.fill(ownPage(at), start, start + part, (byte) 0);
      }
      at += part;
    }
    for (int group = (int) (at / GROUP_BYTES); at < length; at += GROUP_BYTES, group++) {
      groups[group] = null;
      own[group] = 0;
    }
  }

  void read(long offset, ByteBuffer destination) {
    long at = offset;
    while (destination.hasRemaining()) {
      int start = (int) (at % PAGE_BYTES);
      int part = Math.min(destination.remaining(), PAGE_BYTES - start);
      byte[][] group = groups[(int) (at / GROUP_BYTES)];
      byte[] page = group == null ? null : group[pageOf(at)];
      destination.put(page == null ? new byte[PAGE_BYTES] : page, start, part);
      at += part;
    }
  }

  void write(long offset, byte[] source, int from, int count) {
    int done = 0;
    while (done < count) {
      long at = offset + done;
      int start = (int) (at % PAGE_BYTES);
      int part = Math.min(count - done, PAGE_BYTES - start);
      System.arraycopy(source, from + done, ownPage(at), start, part);
      done += part;
    }
  }

  /** The page of an offset, copied first if it is shared. */
  private byte[] ownPage(long offset) {
    int index = (int) (offset / GROUP_BYTES);
    int page = pageOf(offset);
    if (own[index] == 0) {
      groups[index] = groups[index] == null ? new byte[GROUP_PAGES][] : groups[index].clone();
    }
    byte[][] group = groups[index];
    if ((own[index] >>> page & 1) == 0) {
      group[page] = group[page] == null ? new byte[PAGE_BYTES] : group[page].clone();
      own[index] |= 1L << page;
    }
    return group[page];
  }

  private static int pageOf(long offset) {
    return (int) (offset % GROUP_BYTES / PAGE_BYTES);
  }
}
