package dev.capsa.nio;

import dev.capsa.inode.FileKind;
import dev.capsa.inode.Inode;
import dev.capsa.inode.NewFile;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;

/** How a new file is to be, from the file system's defaults and the caller's attributes. */
final class NewFiles {
  private NewFiles() {}

  /**
   * The attributes that a new file gets in the same step that makes it. Of two for the same thing
   * the last one holds.
   *
   * @throws UnsupportedOperationException for an attribute that cannot be set at creation
   */
  static NewFile of(ContainerFileSystem fs, FileKind kind, FileAttribute<?>... attributes) {
    int mode =
        switch (kind) {
          case FILE -> fs.environment().filePermissions();
          case DIRECTORY -> fs.environment().directoryPermissions();
          case LINK -> Modes.LINK;
        };
    String owner = fs.principals().owner();
    String group = fs.principals().group();
    for (FileAttribute<?> attribute : attributes) {
      Object value = Objects.requireNonNull(attribute, "attribute").value();
      switch (attribute.name()) {
        case "posix:permissions", "unix:permissions" ->
            mode = Modes.of(AttributeNames.permissions(value));
        case "unix:mode" -> mode = (Integer) value & Modes.ALL;
        case "owner:owner", "posix:owner", "unix:owner" ->
            owner = Principals.nameOfUser((UserPrincipal) value);
        case "posix:group", "unix:group" -> group = Principals.nameOfGroup((GroupPrincipal) value);
        default ->
            throw new UnsupportedOperationException(
                "the attribute '" + attribute.name() + "' cannot be set at creation");
      }
    }
    return new NewFile(mode, owner, group);
  }

  /** A copy's: the mode of its source; owner and group of the file system's new files. */
  static NewFile asCopy(ContainerFileSystem fs, Inode source) {
    return new NewFile(
        source.mode() & Modes.PERMISSIONS, fs.principals().owner(), fs.principals().group());
  }
}
