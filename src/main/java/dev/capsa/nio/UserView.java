package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The attributes that users name and fill. */
final class UserView implements UserDefinedFileAttributeView {
  private final CapsaPath path;
  private final boolean follow;

  UserView(CapsaPath path, boolean follow) {
    this.path = path;
    this.follow = follow;
  }

  /** What is done with a file's attributes. */
  @FunctionalInterface
  private interface Use<T> {
    T apply(FileTree tree, long inode) throws IOException;
  }

  @Override
  public String name() {
    return ViewNames.USER;
  }

  @Override
  public List<String> list() throws IOException {
    return read(
        (tree, inode) -> {
          List<String> names = new ArrayList<>();
          for (byte[] name : tree.attributeNames(inode)) {
            names.add(Names.decode(name));
          }
          return List.copyOf(names);
        });
  }

  @Override
  public int size(String name) throws IOException {
    return value(name).length;
  }

  /** The value of an attribute, the caller's to keep. */
  byte[] value(String name) throws IOException {
    byte[] value = valueIfSet(name);
    if (value == null) {
      throw Errors.because(path, "There is no user attribute '" + name + "'");
    }
    return value;
  }

  /** The value of an attribute, the caller's to keep; null if there is none. */
  @SuppressWarnings("NullAway") // The type argument allows null.
  byte @Nullable [] valueIfSet(String name) throws IOException {
    byte[] bytes = bytes(name);
    return read((tree, inode) -> tree.attribute(inode, bytes));
  }

  @Override
  public int read(String name, ByteBuffer dst) throws IOException {
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("the buffer is read-only");
    }
    byte[] value = value(name);
    if (value.length > dst.remaining()) {
      throw Errors.because(
          path,
          "The user attribute '"
              + name
              + "' has "
              + value.length
              + " bytes, the buffer room for "
              + dst.remaining());
    }
    dst.put(value);
    return value.length;
  }

  @SuppressWarnings("NullAway") // The type argument allows null.
  @Override
  public int write(String name, ByteBuffer src) throws IOException {
    byte[] bytes = bytes(name);
    byte[] value = new byte[src.remaining()];
    src.duplicate().get(value);
    change(
        (tree, inode) -> {
          tree.setAttribute(inode, bytes, value);
          return inode;
        });
    src.position(src.limit());
    return value.length;
  }

  @SuppressWarnings("NullAway") // The type argument allows null.
  @Override
  public void delete(String name) throws IOException {
    byte[] bytes = bytes(name);
    change(
        (tree, inode) -> {
          tree.removeAttribute(inode, bytes);
          return inode;
        });
  }

  private byte[] bytes(String name) throws IOException {
    byte[] bytes = Names.encode(Objects.requireNonNull(name, "name"));
    if (bytes.length == 0 || bytes.length > FileTree.MAX_NAME_BYTES) {
      throw Errors.because(
          path, "The name of a user attribute has 1 to 255 bytes, not " + bytes.length);
    }
    if (!Names.decode(bytes).equals(name)) {
      throw Errors.because(path, "The name of a user attribute has half of a surrogate pair");
    }
    return bytes;
  }

  private <T> T read(Use<T> use) throws IOException {
    try (Gate.Stripe inside = path.getFileSystem().enter()) {
      return apply(use);
    }
  }

  private void change(Use<?> use) throws IOException {
    try (Gate.Stripe inside = path.getFileSystem().enterToChange()) {
      apply(use);
    }
  }

  private <T> T apply(Use<T> use) throws IOException {
    FileTree tree = path.getFileSystem().tree();
    return Lookup.use(path, follow, found -> use.apply(tree, found.inode()));
  }
}
