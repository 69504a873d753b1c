package dev.capsa.tck;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * All contracts about one subject. The tests of a provider are a class that extends this one and
 * gives it the subject; a case runs if the subject declares what it {@linkplain Needs needs}. All
 * are tagged {@code conformance}.
 */
@Tag("conformance")
public abstract class Conformance {
  private final Subject subject;

  protected Conformance(Subject subject) {
    this.subject = subject;
  }

  final Subject subject() {
    return subject;
  }

  @Nested
  class Provider extends ProviderContract {
    Provider() {
      super(subject);
    }
  }

  @Nested
  class Addresses extends AddressContract {
    Addresses() {
      super(subject);
    }
  }

  @Nested
  class Paths extends PathContract {
    Paths() {
      super(subject);
    }
  }

  @Nested
  class Matchers extends MatcherContract {
    Matchers() {
      super(subject);
    }
  }

  @Nested
  class DosFlags extends DosContract {
    DosFlags() {
      super(subject);
    }
  }

  @Nested
  class Opening extends OpenContract {
    Opening() {
      super(subject);
    }
  }

  @Nested
  class Channels extends ChannelContract {
    Channels() {
      super(subject);
    }
  }

  @Nested
  class Copies extends CopyContract {
    Copies() {
      super(subject);
    }
  }

  @Nested
  class Moves extends MoveContract {
    Moves() {
      super(subject);
    }
  }

  @Nested
  class Deletes extends DeleteContract {
    Deletes() {
      super(subject);
    }
  }

  @Nested
  class Replacements extends ReplacementContract {
    Replacements() {
      super(subject);
    }
  }

  @Nested
  class Directories extends DirectoryContract {
    Directories() {
      super(subject);
    }
  }

  @Nested
  class SecureDirectories extends SecureDirectoryContract {
    SecureDirectories() {
      super(subject);
    }
  }

  @Nested
  class Links extends LinkContract {
    Links() {
      super(subject);
    }
  }

  @Nested
  class Attributes extends AttributeContract {
    Attributes() {
      super(subject);
    }
  }

  @Nested
  class Posix extends PosixContract {
    Posix() {
      super(subject);
    }
  }

  @Nested
  class UserAttributes extends UserAttributeContract {
    UserAttributes() {
      super(subject);
    }
  }

  @Nested
  class Locks extends LockContract {
    Locks() {
      super(subject);
    }
  }

  @Nested
  class AsynchronousChannels extends AsynchronousContract {
    AsynchronousChannels() {
      super(subject);
    }
  }

  @Nested
  class Watching extends WatchContract {
    Watching() {
      super(subject);
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    Lifecycle() {
      super(subject);
    }
  }

  @Nested
  class ReadOnly extends ReadOnlyContract {
    ReadOnly() {
      super(subject);
    }
  }

  @Nested
  class Instances extends InstancesContract {
    Instances() {
      super(subject);
    }
  }

  @Nested
  class Conveniences extends ConvenienceContract {
    Conveniences() {
      super(subject);
    }
  }
}
