package dev.capsa.nio;

import dev.capsa.inode.AttributeChange;
import java.io.IOException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** Owner, group and permissions of a file: stored, not enforced. */
final class PosixView extends BasicView implements PosixFileAttributeView {

  PosixView(CapsaPath path, boolean follow) {
    super(path, follow);
  }

  @Override
  public String name() {
    return ViewNames.POSIX;
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return readAttributes().owner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    change(new AttributeChange(null, Principals.nameOfUser(owner), null, null, null, null));
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    change(new AttributeChange(null, null, Principals.nameOfGroup(group), null, null, null));
  }

  /** Clears set-id and sticky bits, as {@code chmod} with three digits does. */
  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    setMode(Modes.of(permissions));
  }

  /** Sets permissions, set-id and sticky bits. */
  void setMode(int mode) throws IOException {
    change(new AttributeChange(mode & Modes.ALL, null, null, null, null, null));
  }
}
