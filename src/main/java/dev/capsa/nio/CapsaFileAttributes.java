package dev.capsa.nio;

import dev.capsa.inode.FileKind;
import dev.capsa.inode.Inode;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The attributes of a file at one moment. Immutable. */
final class CapsaFileAttributes implements PosixFileAttributes {
  private static final int NOBODY = 65534;

  private final ContainerFileSystem fs;
  private final Inode inode;

  CapsaFileAttributes(ContainerFileSystem fs, Inode inode) {
    this.fs = fs;
    this.inode = inode;
  }

  Inode inode() {
    return inode;
  }

  @Override
  public FileTime lastModifiedTime() {
    return time(inode.modifiedNanos());
  }

  @Override
  public FileTime lastAccessTime() {
    return time(inode.accessedNanos());
  }

  @Override
  public FileTime creationTime() {
    return time(inode.createdNanos());
  }

  /** Last change of attributes or content: {@code unix:ctime}. */
  FileTime changeTime() {
    return time(inode.changedNanos());
  }

  private static FileTime time(long nanos) {
    return FileTime.from(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean isRegularFile() {
    return inode.kind() == FileKind.FILE;
  }

  @Override
  public boolean isDirectory() {
    return inode.kind() == FileKind.DIRECTORY;
  }

  @Override
  public boolean isSymbolicLink() {
    return inode.kind() == FileKind.LINK;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public long size() {
    return inode.size();
  }

  @Override
  public InodeKey fileKey() {
    return fs.keyOf(inode.number());
  }

  @Override
  public UserPrincipal owner() {
    return fs.principals().user(inode.owner());
  }

  @Override
  public GroupPrincipal group() {
    return fs.principals().group(inode.group());
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return Modes.permissions(inode.mode());
  }

  /** Permissions, set-id and sticky bits, and the kind: {@code unix:mode}. */
  int mode() {
    return Modes.withKind(inode.kind(), inode.mode());
  }

  /** The owner as {@code unix:uid} has it. */
  int userNumber() {
    return number(inode.owner());
  }

  /** The group as {@code unix:gid} has it. */
  int groupNumber() {
    return number(inode.group());
  }

  /** A container stores names: a decimal name is its number, root is 0, others are "nobody". */
  private static int number(String name) {
    try {
      return name.equals("root") ? 0 : Integer.parseUnsignedInt(name);
    } catch (NumberFormatException e) {
      return NOBODY;
    }
  }

  /** The container, and the revision that is shown, as {@code unix:dev} has it. */
  long device() {
    InodeKey key = fs.keyOf(inode.number());
    return (key.container().getMostSignificantBits() ^ key.revision()) >>> 1;
  }
}
