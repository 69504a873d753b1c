package dev.capsa.tck;

import org.junit.jupiter.api.Nested;

/** The contracts that use files, over Capsa with containers in memory. */
class InHeapTest {
  @Nested
  class Opening extends OpenContract {
    Opening() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Channels extends ChannelContract {
    Channels() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Copies extends CopyContract {
    Copies() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Moves extends MoveContract {
    Moves() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Deletes extends DeleteContract {
    Deletes() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Directories extends DirectoryContract {
    Directories() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Links extends LinkContract {
    Links() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Attributes extends AttributeContract {
    Attributes() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Posix extends PosixContract {
    Posix() {
      super(new HeapSubject());
    }
  }

  @Nested
  class UserAttributes extends UserAttributeContract {
    UserAttributes() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    Lifecycle() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Instances extends InstancesContract {
    Instances() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Locks extends LockContract {
    Locks() {
      super(new HeapSubject());
    }
  }

  @Nested
  class AsynchronousChannels extends AsynchronousContract {
    AsynchronousChannels() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Replacements extends ReplacementContract {
    Replacements() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Watching extends WatchContract {
    Watching() {
      super(new HeapSubject());
    }
  }

  @Nested
  class SecureDirectories extends SecureDirectoryContract {
    SecureDirectories() {
      super(new HeapSubject());
    }
  }

  @Nested
  class Conveniences extends ConvenienceContract {
    Conveniences() {
      super(new HeapSubject());
    }
  }
}
