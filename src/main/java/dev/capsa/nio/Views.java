package dev.capsa.nio;

import java.nio.file.attribute.FileAttributeView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes attribute views. */
final class Views {
  private Views() {}

  /** The view of a type on what a path leads to; null if there is no such view. */
  static <V extends FileAttributeView> @Nullable V of(
      CapsaPath path, Class<V> type, boolean follow) {
    FileAttributeView view =
        switch (ViewNames.of(Objects.requireNonNull(type, "type"))) {
          case ViewNames.BASIC -> new BasicView(path, follow);
          case ViewNames.OWNER -> new OwnerView(path, follow);
          case ViewNames.POSIX -> new PosixView(path, follow);
          case ViewNames.USER -> new UserView(path, follow);
          case ViewNames.DOS -> new DosView(path, follow);
          default -> null;
        };
    return type.cast(view);
  }
}
