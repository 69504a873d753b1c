package dev.capsa.nio;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The space of a container: what it has, and what it may yet grow by, which is what the file store
 * that it lies on lets us use, up to the container's own limit.
 */
final class CapsaFileStore extends FileStore {
  private static final long BLOCK_BYTES = 4096;

  private final ContainerFileSystem fs;

  CapsaFileStore(ContainerFileSystem fs) {
    this.fs = fs;
  }

  @Override
  public String name() {
    return fs.home().toString();
  }

  @Override
  public String type() {
    return Addresses.SCHEME;
  }

  @Override
  public boolean isReadOnly() {
    return fs.isReadOnly();
  }

  /** Bytes that the container may yet grow by. */
  private long growth() throws IOException {
    if (fs.isReadOnly()) {
      return 0;
    }
    long outside = fs.home().usableBytes();
    long limit = fs.environment().maxBytes();
    long length = fs.engine().lengthBytes();
    return limit < 0 ? outside : Math.min(outside, Math.max(0, limit - length));
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  @Override
  public long getTotalSpace() throws IOException {
    try (Gate.Stripe inside = fs.enter()) {
      return sum(Math.max(fs.engine().lengthBytes(), fs.engine().freeBytes()), growth());
    }
  }

  /** What the newest commit has no use for, as {@code Usage.freeBytes}, and what may yet come. */
  @Override
  public long getUnallocatedSpace() throws IOException {
    try (Gate.Stripe inside = fs.enter()) {
      return sum(fs.engine().unusedBytes(), growth());
    }
  }

  /** A lower bound: what lies free between other things in a segment may be of no use. */
  @Override
  public long getUsableSpace() throws IOException {
    try (Gate.Stripe inside = fs.enter()) {
      return sum(Math.min(fs.engine().freeBytes(), fs.engine().unusedBytes()), growth());
    }
  }

  @Override
  public long getBlockSize() {
    return BLOCK_BYTES;
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return !ViewNames.of(Objects.requireNonNull(type, "type")).isEmpty();
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return ViewNames.ALL.contains(name);
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    Objects.requireNonNull(type, "type");
    return null;
  }

  @Override
  public Object getAttribute(String attribute) throws IOException {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      case "usableSpace" -> getUsableSpace();
      default ->
          throw new UnsupportedOperationException(
              "a file store of Capsa has no attribute '" + attribute + "'");
    };
  }

  @Override
  public String toString() {
    return name() + " (" + type() + ")";
  }
}
