package dev.capsa.inode;

import org.jspecify.annotations.Nullable;

/** Attributes to set together; null leaves one as it is. Times are nanoseconds since 1970. */
public record AttributeChange(
    @Nullable Integer mode,
    @Nullable String owner,
    @Nullable String group,
    @Nullable Long modifiedNanos,
    @Nullable Long accessedNanos,
    @Nullable Long createdNanos) {

  /** Changes nothing. */
  public static final AttributeChange NONE =
      new AttributeChange(null, null, null, null, null, null);
}
