package dev.capsa.tck;

import org.junit.jupiter.api.Nested;

/** The contracts that use files, over Capsa with container files. */
class ContainerTest {
  @Nested
  class Opening extends OpenContract {
    Opening() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Channels extends ChannelContract {
    Channels() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Copies extends CopyContract {
    Copies() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Moves extends MoveContract {
    Moves() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Deletes extends DeleteContract {
    Deletes() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Directories extends DirectoryContract {
    Directories() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Links extends LinkContract {
    Links() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Attributes extends AttributeContract {
    Attributes() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Posix extends PosixContract {
    Posix() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class UserAttributes extends UserAttributeContract {
    UserAttributes() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    Lifecycle() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class ReadOnly extends ReadOnlyContract {
    ReadOnly() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Instances extends InstancesContract {
    Instances() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Locks extends LockContract {
    Locks() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class AsynchronousChannels extends AsynchronousContract {
    AsynchronousChannels() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Replacements extends ReplacementContract {
    Replacements() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Watching extends WatchContract {
    Watching() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class SecureDirectories extends SecureDirectoryContract {
    SecureDirectories() {
      super(new ContainerSubject());
    }
  }

  @Nested
  class Conveniences extends ConvenienceContract {
    Conveniences() {
      super(new ContainerSubject());
    }
  }
}
