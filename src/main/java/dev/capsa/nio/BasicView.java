package dev.capsa.nio;

import dev.capsa.inode.AttributeChange;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The times of a file. It looks the file up anew each time. */
class BasicView implements BasicFileAttributeView {
  private final CapsaPath path;
  private final boolean follow;

  BasicView(CapsaPath path, boolean follow) {
    this.path = path;
    this.follow = follow;
  }

  @Override
  public String name() {
    return ViewNames.BASIC;
  }

  @Override
  public CapsaFileAttributes readAttributes() throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enter()) {
      return new CapsaFileAttributes(fs, Lookup.inode(path, follow));
    }
  }

  @Override
  public void setTimes(
      @Nullable FileTime lastModifiedTime,
      @Nullable FileTime lastAccessTime,
      @Nullable FileTime createTime)
      throws IOException {
    path.getFileSystem().requireOpen();
    if (lastModifiedTime != null || lastAccessTime != null || createTime != null) {
      change(
          new AttributeChange(
              null, null, null, nanos(lastModifiedTime), nanos(lastAccessTime), nanos(createTime)));
    }
  }

  /** Nanoseconds since 1970; times that have no such number become the nearest one that has. */
  private static @Nullable Long nanos(@Nullable FileTime time) {
    return time == null ? null : time.to(TimeUnit.NANOSECONDS);
  }

  final void change(AttributeChange change) throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enterToChange()) {
      Lookup.use(path, follow, found -> fs.tree().setAttributes(found.inode(), change));
    }
  }
}
