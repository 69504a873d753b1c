package dev.capsa.tck;

import org.junit.jupiter.api.Nested;

/** The contracts over Jimfs: they hold for others, too, but for what its subject declares. */
class JimfsTest {
  @Nested
  class Opening extends OpenContract {
    Opening() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Channels extends ChannelContract {
    Channels() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Copies extends CopyContract {
    Copies() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Moves extends MoveContract {
    Moves() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Deletes extends DeleteContract {
    Deletes() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Directories extends DirectoryContract {
    Directories() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Links extends LinkContract {
    Links() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Attributes extends AttributeContract {
    Attributes() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    Lifecycle() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class SecureDirectories extends SecureDirectoryContract {
    SecureDirectories() {
      super(new JimfsSubject());
    }
  }

  @Nested
  class Conveniences extends ConvenienceContract {
    Conveniences() {
      super(new JimfsSubject());
    }
  }
}
