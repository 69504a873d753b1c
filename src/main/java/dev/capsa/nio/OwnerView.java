package dev.capsa.nio;

import java.io.IOException;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.UserPrincipal;

/** The owner of a file. */
final class OwnerView implements FileOwnerAttributeView {
  private final PosixView posix;

  OwnerView(CapsaPath path, boolean follow) {
    this.posix = new PosixView(path, follow);
  }

  @Override
  public String name() {
    return ViewNames.OWNER;
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return posix.getOwner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    posix.setOwner(owner);
  }
}
