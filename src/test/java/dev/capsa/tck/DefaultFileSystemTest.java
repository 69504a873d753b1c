package dev.capsa.tck;

import org.junit.jupiter.api.Nested;

/** The contracts over the default file system: it shows that each test is right. */
class DefaultFileSystemTest {
  @Nested
  class Paths extends PathContract {
    Paths() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Opening extends OpenContract {
    Opening() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Channels extends ChannelContract {
    Channels() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Copies extends CopyContract {
    Copies() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Moves extends MoveContract {
    Moves() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Deletes extends DeleteContract {
    Deletes() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Directories extends DirectoryContract {
    Directories() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Links extends LinkContract {
    Links() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Attributes extends AttributeContract {
    Attributes() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Posix extends PosixContract {
    Posix() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class UserAttributes extends UserAttributeContract {
    UserAttributes() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Matchers extends MatcherContract {
    Matchers() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Locks extends LockContract {
    Locks() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class AsynchronousChannels extends AsynchronousContract {
    AsynchronousChannels() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Replacements extends ReplacementContract {
    Replacements() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Watching extends WatchContract {
    Watching() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class SecureDirectories extends SecureDirectoryContract {
    SecureDirectories() {
      super(new DefaultSubject());
    }
  }

  @Nested
  class Conveniences extends ConvenienceContract {
    Conveniences() {
      super(new DefaultSubject());
    }
  }
}
