package dev.capsa.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The flags of DOS: stored, not enforced. They lie where Linux has them, for Samba and the JDK: in
 * the user attribute "DOSATTRIB", as "0x" and their sum in hexadecimal digits.
 */
final class DosView implements DosFileAttributeView {
  /** A flag, by the name that attributes have in strings. */
  enum Flag {
    READONLY("readonly", 0x01),
    HIDDEN("hidden", 0x02),
    SYSTEM("system", 0x04),
    ARCHIVE("archive", 0x20);

    final String attribute;
    final int bit;

    Flag(String attribute, int bit) {
      this.attribute = attribute;
      this.bit = bit;
    }

    boolean in(DosFileAttributes attributes) {
      return switch (this) {
        case READONLY -> attributes.isReadOnly();
        case HIDDEN -> attributes.isHidden();
        case SYSTEM -> attributes.isSystem();
        case ARCHIVE -> attributes.isArchive();
      };
    }
  }

  private static final String ATTRIBUTE = "DOSATTRIB";

  /** Around each change of a flag, so that none of two gets lost. */
  private static final ReentrantLock CHANGING = new ReentrantLock();

  private final BasicView basic;
  private final UserView user;

  DosView(CapsaPath path, boolean follow) {
    this.basic = new BasicView(path, follow);
    this.user = new UserView(path, follow);
  }

  @Override
  public String name() {
    return ViewNames.DOS;
  }

  @Override
  public DosFileAttributes readAttributes() throws IOException {
    return new DosAttributes(basic.readAttributes(), flags());
  }

  /** The flags; what is not such a number is none. */
  private int flags() throws IOException {
    byte[] value = user.valueIfSet(ATTRIBUTE);
    String text = value == null ? "" : new String(value, StandardCharsets.UTF_8).replace("\0", "");
    return text.matches("0x[0-9a-fA-F]{1,7}") ? Integer.parseInt(text.substring(2), 16) : 0;
  }

  @Override
  public void setTimes(
      @Nullable FileTime lastModifiedTime,
      @Nullable FileTime lastAccessTime,
      @Nullable FileTime createTime)
      throws IOException {
    basic.setTimes(lastModifiedTime, lastAccessTime, createTime);
  }

  @Override
  public void setReadOnly(boolean value) throws IOException {
    set(Flag.READONLY, value);
  }

  @Override
  public void setHidden(boolean value) throws IOException {
    set(Flag.HIDDEN, value);
  }

  @Override
  public void setSystem(boolean value) throws IOException {
    set(Flag.SYSTEM, value);
  }

  @Override
  public void setArchive(boolean value) throws IOException {
    set(Flag.ARCHIVE, value);
  }

  void set(Flag flag, boolean value) throws IOException {
    CHANGING.lock();
    try {
      int before = flags();
      int after = value ? before | flag.bit : before & ~flag.bit;
      String text = "0x" + Integer.toHexString(after);
      user.write(ATTRIBUTE, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } finally {
      CHANGING.unlock();
    }
  }

  /** What was read. */
  private record DosAttributes(CapsaFileAttributes basic, int flags) implements DosFileAttributes {
    private boolean has(Flag flag) {
      return (flags & flag.bit) != 0;
    }

    @Override
    public boolean isReadOnly() {
      return has(Flag.READONLY);
    }

    @Override
    public boolean isHidden() {
      return has(Flag.HIDDEN);
    }

    @Override
    public boolean isArchive() {
      return has(Flag.ARCHIVE);
    }

    @Override
    public boolean isSystem() {
      return has(Flag.SYSTEM);
    }

    @Override
    public FileTime lastModifiedTime() {
      return basic.lastModifiedTime();
    }

    @Override
    public FileTime lastAccessTime() {
      return basic.lastAccessTime();
    }

    @Override
    public FileTime creationTime() {
      return basic.creationTime();
    }

    @Override
    public boolean isRegularFile() {
      return basic.isRegularFile();
    }

    @Override
    public boolean isDirectory() {
      return basic.isDirectory();
    }

    @Override
    public boolean isSymbolicLink() {
      return basic.isSymbolicLink();
    }

    @Override
    public boolean isOther() {
      return basic.isOther();
    }

    @Override
    public long size() {
      return basic.size();
    }

    @Override
    public Object fileKey() {
      return basic.fileKey();
    }
  }
}
