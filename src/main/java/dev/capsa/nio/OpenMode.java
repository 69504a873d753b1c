package dev.capsa.nio;

import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;

/**
 * How a file is opened: the options, checked. What only writing can mean is off when the file is
 * opened for reading alone.
 */
record OpenMode(
    boolean read,
    boolean write,
    boolean append,
    boolean truncate,
    boolean create,
    boolean createNew,
    boolean deleteOnClose,
    boolean sync,
    boolean follow) {

  /**
   * Checks the options, as the Javadoc of {@code Files.newByteChannel} has it.
   *
   * @throws IllegalArgumentException for READ or TRUNCATE_EXISTING together with APPEND
   * @throws UnsupportedOperationException for an option that is not known here
   */
  static OpenMode of(Set<? extends OpenOption> options) {
    for (OpenOption option : options) {
      if (!(Objects.requireNonNull(option, "option") instanceof StandardOpenOption)
          && option != LinkOption.NOFOLLOW_LINKS) {
        throw new UnsupportedOperationException("the open option " + option + " is not supported");
      }
    }
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean write = append || options.contains(StandardOpenOption.WRITE);
    boolean read = options.contains(StandardOpenOption.READ) || !write;
    boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
    if (append && read) {
      throw new IllegalArgumentException("READ and APPEND do not go together");
    }
    if (append && truncate) {
      throw new IllegalArgumentException("APPEND and TRUNCATE_EXISTING do not go together");
    }
    boolean createNew = write && options.contains(StandardOpenOption.CREATE_NEW);
    boolean deleteOnClose = options.contains(StandardOpenOption.DELETE_ON_CLOSE);
    return new OpenMode(
        read,
        write,
        append,
        write && truncate,
        createNew || write && options.contains(StandardOpenOption.CREATE),
        createNew,
        deleteOnClose,
        options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC),
        !createNew && !deleteOnClose && !options.contains(LinkOption.NOFOLLOW_LINKS));
  }

  /** Whether opening may change something. */
  boolean changes() {
    return write || deleteOnClose;
  }
}
