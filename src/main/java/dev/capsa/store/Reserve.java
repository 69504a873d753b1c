package dev.capsa.store;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * How room is kept for what was accepted
 *
 * A segment has one kind, so bytes do not add up: what is free in the last NODE segment is of no use
 * to blocks. So a claim is a number of units for each kind, and it is kept in two parts: units that
 * are free in the segments of the kind and in the file, and, for what is missing, whole segments
 * that are set apart for the kind. A free segment counts for one kind only. The file grows for a
 * reserve to where the last unit ends that is counted; so a medium that is full says so here, and
 * not at the commit.
 *
 * What counts. Of nodes and blocks, each free unit: they are allocated one by one, or in as many
 * runs as it takes. Of grains and of pages of state, which need runs, a free run of L units counts as
 * L - (R - 1), where R is the longest run that may be asked for: whatever comes in whatever order, a
 * run that is not found means that each free run has less than R left. A fresh small segment counts
 * as half, if R is more than half of it: objects go where they fit before they go to a new segment,
 * so any two segments hold more than one of them could.
 *
 * What is kept. If there are kept revisions, what is dropped goes on a dead list, and what is named,
 * into the index: pages that are objects in grains of up to 4 KiB. A reference may be dropped for each
 * place and each node.
 *
 * What is shared. A run that is freed or shared changes items of the share index: those at its ends,
 * each perhaps in a leaf of its own, which may become two; and those between, which are in as many
 * leaves as the index has there. Whatever it is, each node is written again at most once, and may
 * become two.
 *
 * What the state takes. Each segment whose grains or blocks change has its page written again (one
 * page in small segments, two in large ones); then come the pages of the segment table, and the
 * commit record, which is one run.
 *
 * The old plan stays in force until a new one is found that covers all that is claimed by now; so
 * what was accepted under it stays covered if the new one is refused. A commit takes from the units
 * and segments that were counted for its kinds first; it takes what is set apart for others only
 * instead of failing, as what was not claimed may have to: removals.
 */

/** Finds and sets apart the room for claims. Guarded by the store's allocation lock. */
final class Reserve {
  /** Segments of a kind that are looked into while the file can grow. */
  private static final int FEW_LOOKS = 32;

  /** A META segment in the record: its number and the bitmap of a large one. */
  private static final long META_ENTRY_BYTES =
      4 + Geometry.LARGE_SEGMENT_BYTES / Geometry.PAGE_BYTES / 8;

  /** Pages of a packed segment of grains: two bitmaps, and where its pieces are. */
  static final int PAGES_OF_PACKED = 5;

  /** Nodes of the index and pages of heaps that a commit writes besides full pages. */
  private static final long FEW_KEPT_PAGES = 40;

  /** As much of them as one commit writes that drops a revision, or little else. */
  private static final long LEAST_KEPT_PAGES = 10;

  /** Levels of the share index, and nodes that become two. */
  private static final long FEW_SHARE_PAGES = 8;

  /** Leaves of the share index that one freed run may have between its ends. */
  private static final long MOST_SHARE_RUNS = 64;

  /** Places whose new items in the share index fill a node by half. */
  private static final long SHARE_PLACES = 32;

  /** META segments that commits may take until the next reserve. */
  private static final long NEW_METAS = 8;

  /** The order of the search: small needs first, they do with small segments. */
  private static final SegmentKind[] KINDS = {
    SegmentKind.META, SegmentKind.NODE, SegmentKind.GRAIN, SegmentKind.BLOCK
  };

  private final BaseStore base;
  private final SegmentTable table;
  private final RootAllocator root;
  private final OmniAllocator allocator;

  /** End of the last unit that the plan in force counts. */
  private long end;

  Reserve(BaseStore base, SegmentTable table, RootAllocator root, OmniAllocator allocator) {
    this.base = base;
    this.table = table;
    this.root = root;
    this.allocator = allocator;
  }

  /** Physical end of what is kept: the file must not be cut below. */
  long end() {
    return end;
  }

  /**
   * Keeps room in place of what was kept before.
   *
   * @param redirects entries of the record's list
   * @throws CapsaFullException if the medium or the container's limit has no room; what was kept
   *     before is kept
   */
  void keep(Room room, int redirects) throws IOException {
    keep(room, redirects, FEW_KEPT_PAGES);
  }

  /** As the other, with less for the container's own state. */
  void keepLittle(Room room, int redirects) throws IOException {
    keep(room, redirects, LEAST_KEPT_PAGES);
  }

  private void keep(Room room, int redirects, long keptPages) throws IOException {
    try {
      new Plan(room, redirects, FEW_LOOKS, keptPages).make();
    } catch (CapsaFullException e) {
      new Plan(room, redirects, Integer.MAX_VALUE, keptPages).make();
    }
  }

  /** One attempt. */
  private final class Plan {
    private final Room room;
    private final int looks;
    private final int pagesOfLarge;
    private final long statePages;
    private final int recordPages;
    private final BitSet rest = root.freePlaces();
    private final BitSet[] apart = RootAllocator.none();

    private long plannedEnd;

    /** Places past the table's end from here on are in nobody's plan. */
    private int next = table.count();

    private @Nullable CapsaFullException full;

    Plan(Room wanted, int redirects, int looks, long keptPages) {
      long pages = deadPages(wanted, keptPages) + sharePages(wanted);
      this.room = pages == 0 ? wanted : withState(wanted, pages);
      this.looks = looks;
      this.pagesOfLarge = base.usesPacked() ? PAGES_OF_PACKED : 2;
      long segmentPages = Math.min(pagesOfLarge * this.room.places(), mostSegmentPages());
      long touched = Math.min(Integer.MAX_VALUE / 2, this.room.places() + 2 * this.room.nodes());
      long tablePages = table.mostPages((int) touched) + 1;
      long ranges = this.room.places() + this.room.nodes() + segmentPages + tablePages;
      long record =
          CommitRecord.encodedBytes(
                  CommitRecord.MOST_ROOT_BYTES,
                  List.of(),
                  redirects,
                  (int) Math.min(BaseStore.MOST_VERIFIED_RANGES, ranges + 8),
                  base.record().kept().bytes() + base.record().shares().bytes())
              + (base.record().metaSegments().size() + NEW_METAS) * META_ENTRY_BYTES;
      this.recordPages = Geometry.pages(record);
      this.statePages = segmentPages + tablePages + recordPages;
    }

    /** Pages of dead lists, and of the index of kept revisions. */
    private long deadPages(Room room, long keptPages) {
      long references = room.places() + 2 * room.nodes();
      return base.record().kept().isNone()
          ? 0
          : references / DeadLayout.MOST_REFERENCES + keptPages;
    }

    /** Nodes of the share index. */
    private long sharePages(Room room) {
      ShareState shares = base.record().shares();
      long spread = 3 * room.places() + MOST_SHARE_RUNS;
      long all = 2 * shares.nodes() + room.places() / SHARE_PLACES + FEW_SHARE_PAGES;
      return shares.isNone() ? 0 : Math.min(spread, all);
    }

    /** What objects of container state take, too. */
    private static Room withState(Room room, long pages) {
      int grains = IndexLayout.MOST_BYTES / SegmentKind.GRAIN.unitBytes();
      return new Room(
          room.nodes(),
          room.grains() + pages * grains,
          Math.max(grains, room.mostGrains()),
          room.blocks(),
          room.places() + 2 * pages);
    }

    /** Pages of all segments that are in use, and of those that come. */
    private long mostSegmentPages() {
      int smallCount = Math.min(Geometry.FIRST_LARGE_SEGMENT, table.count());
      int freeSmall = rest.get(0, Geometry.FIRST_LARGE_SEGMENT).cardinality();
      long large = table.count() - smallCount - (rest.cardinality() - freeSmall);
      // Grains may fill small segments by half only.
      long comingBytes = room.bytes() + room.grains() * SegmentKind.GRAIN.unitBytes();
      long coming = comingBytes / Geometry.SMALL_SEGMENT_BYTES + 2;
      long small = Math.min(Geometry.FIRST_LARGE_SEGMENT, smallCount - freeSmall + coming);
      if (base.length() + comingBytes > Geometry.LARGE_SEGMENT_BYTES) {
        large += comingBytes / Geometry.LARGE_SEGMENT_BYTES + 2;
      }
      return small * (base.usesPacked() ? 2 : 1) + pagesOfLarge * large;
    }

    void make() throws IOException {
      for (SegmentKind kind : KINDS) {
        long missing = needed(kind);
        if (missing > 0) {
          missing -= allocator.surelyFree(kind, longest(kind), missing, looks, this::counted);
        }
        if (missing > 0) {
          missing -= fromFree(kind, missing);
        }
        if (missing > 0) {
          fromNew(kind, missing);
        }
      }
      root.setApart(apart);
      end = plannedEnd;
    }

    private void counted(int place) {
      counted(place, Long.MAX_VALUE);
    }

    private void counted(int place, long most) {
      long bytes = Math.min(most, root.presentBytes(place));
      plannedEnd = Math.max(plannedEnd, Geometry.startOf(place) + bytes);
    }

    /** What is enough of a segment, if so many units are missing. */
    private long wantedBytes(SegmentKind kind, int number, long missing) {
      boolean small = number < Geometry.FIRST_LARGE_SEGMENT; // may count for more than it has
      long wanted = (missing + longest(kind) - 1) * kind.unitBytes();
      return small ? Long.MAX_VALUE : wanted;
    }

    private long needed(SegmentKind kind) {
      return switch (kind) {
        case META -> statePages;
        case NODE -> room.nodes();
        case GRAIN -> room.grains();
        default -> room.blocks();
      };
    }

    private int longest(SegmentKind kind) {
      return switch (kind) {
        case META -> Math.max(pagesOfLarge, recordPages);
        case GRAIN -> room.mostGrains();
        default -> 1;
      };
    }

    /** Sets free segments of the table apart; what they count as. */
    private long fromFree(SegmentKind kind, long missing) throws IOException {
      long found = 0;
      for (int at = rest.nextSetBit(0); at >= 0 && found < missing; at = rest.nextSetBit(at + 1)) {
        grow(kind, at, missing - found);
        long counts = counts(kind, at);
        if (counts > 0) {
          rest.clear(at);
          apart[kind.ordinal()].set(at);
          counted(at, wantedBytes(kind, at, missing - found));
          found += counts;
        }
      }
      return found;
    }

    /** Sets segments past the end of the table apart. */
    private void fromNew(SegmentKind kind, long missing) throws IOException {
      long left = missing;
      while (left > 0) {
        int number = next++;
        if (Geometry.usable(number)) {
          grow(kind, number, left);
          long counts = counts(kind, number);
          if (counts <= 0 && number >= Geometry.FIRST_LARGE_SEGMENT) {
            throw refused(kind, missing);
          }
          if (counts > 0) {
            apart[kind.ordinal()].set(number);
            counted(number, wantedBytes(kind, number, left));
            left -= counts;
          } else {
            rest.set(number); // another kind may do with it
          }
        }
      }
    }

    private CapsaFullException refused(SegmentKind kind, long missing) {
      String why = full == null ? "" : ": " + full.getMessage();
      return new CapsaFullException(
          "no room for "
              + needed(kind)
              + " units of kind "
              + kind
              + " in a container of "
              + base.length()
              + " bytes, "
              + missing
              + " are missing"
              + why,
          full);
    }

    /** Has the file hold as much of a segment as is needed, if it can grow. */
    private void grow(SegmentKind kind, int number, long missing) throws IOException {
      long wanted = (missing + longest(kind) - 1) * kind.unitBytes();
      long bytes = Math.min(Geometry.bytesOf(number), wanted);
      if (root.presentBytes(number) < bytes) {
        CapsaFullException problem = root.tryPresent(number, bytes);
        full = problem == null ? full : problem;
      }
    }

    private long counts(SegmentKind kind, int number) {
      long units = root.presentBytes(number) / kind.unitBytes();
      long all = Geometry.SMALL_SEGMENT_BYTES / kind.unitBytes();
      long runs = units - longest(kind) + 1;
      boolean wholeSmall = number < Geometry.FIRST_LARGE_SEGMENT && units == all;
      return kind == SegmentKind.GRAIN && wholeSmall ? Math.max(all / 2, runs) : runs;
    }
  }
}
