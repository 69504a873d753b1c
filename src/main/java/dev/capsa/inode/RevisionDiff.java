package dev.capsa.inode;

import dev.capsa.inode.FileDifference.Kind;
import dev.capsa.inode.InodeCodec.Fields;
import dev.capsa.inode.PathFinder.Name;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeDiff;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of the files from one state to another. A file is known by its inode, whatever its
 * names are. Reads the nodes that the states do not share, what leads to the inodes concerned, and
 * the directories in which an inode changed that keeps its name: see {@link PathFinder}.
 *
 * <p>A file counts as written if its size is another one, or if its bytes lie elsewhere and its
 * time of change is another one: whatever changes a file sets that time, and nobody else can;
 * storing a file's bytes in another place does not. The times of a directory follow its entries, so
 * they count only if these are the same.
 *
 * <p>Confined to one thread; the caller keeps both states readable.
 */
public final class RevisionDiff {
  private final Tree older;
  private final Tree newer;
  private final Map<Long, Touched> touched = new TreeMap<>();
  private final PathFinder before;
  private final PathFinder after;
  private final List<Step> steps = new ArrayList<>();

  /** What differs of an inode. */
  private static final class Touched {
    boolean inode;
    byte @Nullable [] oldInode;
    byte @Nullable [] newInode;
    boolean content;
    boolean attributes;
    boolean entries;
    final List<Name> removed = new ArrayList<>();
    final List<Name> added = new ArrayList<>();
  }

  /** A difference whose paths are not known yet: of names, or else of the inode itself. */
  private record Step(Kind kind, long inode, @Nullable Name from, @Nullable Name to) {}

  private RevisionDiff(Tree older, Tree newer) {
    this.older = older;
    this.newer = newer;
    this.before = new PathFinder(older);
    this.after = new PathFinder(newer);
  }

  /** What leads from one state to another, in the order of the inodes' numbers. */
  public static List<FileDifference> between(Tree older, Tree newer) throws IOException {
    RevisionDiff diff = new RevisionDiff(older, newer);
    diff.collect();
    for (Map.Entry<Long, Touched> each : diff.touched.entrySet()) {
      diff.judge(each.getKey(), each.getValue());
    }
    return diff.differences();
  }

  private void collect() throws IOException {
    TreeDiff items = new TreeDiff(older, newer);
    while (items.next()) {
      byte[] key = items.key();
      long inode = ItemKey.inode(key);
      if (inode == 0) {
        continue; // belongs to no file alone
      }
      switch (ItemKey.kind(key)) {
        case ItemKey.INODE -> {
          Touched of = of(inode);
          of.inode = true;
          of.oldInode = items.oldValue();
          of.newInode = items.newValue();
        }
        case ItemKey.CONTENT, ItemKey.EXTENT, ItemKey.CHAIN -> of(inode).content = true;
        case ItemKey.ATTRIBUTE -> of(inode).attributes = true;
        case ItemKey.ENTRY -> {
          Name name = new Name(inode, ItemKey.tail(key));
          of(inode).entries = true;
          byte[] oldValue = items.oldValue();
          byte[] newValue = items.newValue();
          if (oldValue != null) {
            of(EntryCodec.inode(oldValue)).removed.add(name);
          }
          if (newValue != null) {
            of(EntryCodec.inode(newValue)).added.add(name);
          }
        }
        default -> {
          // Further names are entries, too.
        }
      }
    }
  }

  private Touched of(long inode) {
    return touched.computeIfAbsent(inode, it -> new Touched());
  }

  /** Says what happened to an inode. */
  private void judge(long inode, Touched it) throws IOException {
    if (!it.inode && it.removed.isEmpty() && it.added.isEmpty()) {
      return; // no change of a file, but of where its bytes lie, or of a directory's entries
    }
    Fields was = decode(inode, it.inode ? it.oldInode : version(older, inode));
    Fields is = decode(inode, it.inode ? it.newInode : version(newer, inode));
    int pairs = was == null || is == null ? 0 : Math.min(it.removed.size(), it.added.size());
    for (int i = 0; i < pairs; i++) {
      steps.add(new Step(Kind.MOVED, inode, it.removed.get(i), it.added.get(i)));
    }
    for (Name name : it.removed.subList(pairs, it.removed.size())) {
      steps.add(new Step(Kind.DELETED, inode, name, null));
    }
    for (Name name : it.added.subList(pairs, it.added.size())) {
      steps.add(new Step(Kind.CREATED, inode, null, name));
    }
    if (was == null || is == null) {
      return;
    }
    boolean written =
        is.kind() == FileKind.FILE
            && (was.size() != is.size() || it.content && was.changed() != is.changed());
    if (written) {
      steps.add(new Step(Kind.CHANGED, inode, null, null));
    }
    boolean dated = was.modified() != is.modified() && !written && !it.entries;
    if (dated
        || it.attributes
        || was.profile() != is.profile()
        || was.created() != is.created()
        || was.accessed() != is.accessed()) {
      steps.add(new Step(Kind.ATTRIBUTES, inode, null, null));
    }
  }

  /** An inode that has a name; null if it has none, or if nothing of the item differs. */
  private static @Nullable Fields decode(long inode, byte @Nullable [] value) throws IOException {
    Fields fields = value == null ? null : InodeCodec.decode(inode, value);
    return fields == null || fields.links() == 0 ? null : fields;
  }

  private List<FileDifference> differences() throws IOException {
    Set<Long> ofBefore = new HashSet<>();
    Set<Long> ofAfter = new HashSet<>();
    for (Map.Entry<Long, Touched> each : touched.entrySet()) {
      each.getValue().removed.stream().findFirst().ifPresent(it -> before.know(each.getKey(), it));
      each.getValue().added.stream().findFirst().ifPresent(it -> after.know(each.getKey(), it));
    }
    for (Step each : steps) {
      if (each.from == null && each.to == null) {
        ofBefore.add(each.inode);
        ofAfter.add(each.inode);
      }
      if (each.from != null) {
        ofBefore.add(each.from.directory());
      }
      if (each.to != null) {
        ofAfter.add(each.to.directory());
      }
    }
    after.find(ofAfter);
    after
        .names()
        .forEach(
            (inode, name) -> {
              Touched it = touched.get(inode);
              if (it == null || it.removed.isEmpty() && it.added.isEmpty()) {
                before.know(inode, name); // an entry that both states have
              }
            });
    before.find(ofBefore);
    List<FileDifference> differences = new ArrayList<>(steps.size());
    for (Step each : steps) {
      if (each.from == null && each.to == null) {
        differences.add(
            new FileDifference(each.kind, before.path(each.inode), after.path(each.inode)));
      } else {
        differences.add(
            new FileDifference(
                each.kind,
                each.from == null ? null : before.path(each.from),
                each.to == null ? null : after.path(each.to)));
      }
    }
    return differences;
  }

  /** The path of an inode in a state; its first name, if it has several. */
  public static String path(Tree state, long inode) throws IOException {
    PathFinder finder = new PathFinder(state);
    finder.find(List.of(inode));
    return finder.path(inode);
  }

  /**
   * What changes with each change of a file, of its content, its attributes or its names; null if
   * the file has no name in a state.
   */
  public static byte @Nullable [] version(Tree state, long inode) throws IOException {
    byte[] value = state.get(ItemKey.of(inode, ItemKey.INODE));
    return decode(inode, value) == null ? null : Objects.requireNonNull(value);
  }
}
