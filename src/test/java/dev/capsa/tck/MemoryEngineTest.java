package dev.capsa.tck;

import org.junit.jupiter.api.Nested;

/** The contracts over Capsa with trees in memory below. */
class MemoryEngineTest {
  @Nested
  class Paths extends PathContract {
    Paths() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Opening extends OpenContract {
    Opening() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Channels extends ChannelContract {
    Channels() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Copies extends CopyContract {
    Copies() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Moves extends MoveContract {
    Moves() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Deletes extends DeleteContract {
    Deletes() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Directories extends DirectoryContract {
    Directories() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Links extends LinkContract {
    Links() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Attributes extends AttributeContract {
    Attributes() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Posix extends PosixContract {
    Posix() {
      super(new MemorySubject());
    }
  }

  @Nested
  class UserAttributes extends UserAttributeContract {
    UserAttributes() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Matchers extends MatcherContract {
    Matchers() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    Lifecycle() {
      super(new MemorySubject());
    }
  }

  @Nested
  class ReadOnly extends ReadOnlyContract {
    ReadOnly() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Instances extends InstancesContract {
    Instances() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Locks extends LockContract {
    Locks() {
      super(new MemorySubject());
    }
  }

  @Nested
  class AsynchronousChannels extends AsynchronousContract {
    AsynchronousChannels() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Replacements extends ReplacementContract {
    Replacements() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Watching extends WatchContract {
    Watching() {
      super(new MemorySubject());
    }
  }

  @Nested
  class SecureDirectories extends SecureDirectoryContract {
    SecureDirectories() {
      super(new MemorySubject());
    }
  }

  @Nested
  class Conveniences extends ConvenienceContract {
    Conveniences() {
      super(new MemorySubject());
    }
  }
}
