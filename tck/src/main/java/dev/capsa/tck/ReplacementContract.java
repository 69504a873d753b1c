package dev.capsa.tck;

import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What others see of a file while it is replaced by atomic moves, as POSIX has it. */
@Needs(WRITING)
public abstract class ReplacementContract extends Contract {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));

  protected ReplacementContract(Subject subject) {
    super(subject);
  }

  @Statement(65)
  @Test
  void readers_see_the_old_file_or_the_new_one() throws Exception {
    Path target = file("target", "00000000");
    whileReplaced(
        target,
        () -> {
          String seen = content(target);
          assertThat(seen).isEqualTo(seen.substring(0, 1).repeat(8));
        });
  }

  @Statement(65)
  @Test
  void a_replaced_file_is_never_missing() throws Exception {
    Path target = file("target", "00000000");
    whileReplaced(
        target,
        () -> {
          assertThat(Files.exists(target)).isTrue();
          assertThat(Files.size(target)).isEqualTo(8);
          assertThat((Object) target.toRealPath()).isEqualTo(target);
          Files.setLastModifiedTime(target, LONG_AGO);
          Path copy = at("copy");
          Files.copy(target, copy, REPLACE_EXISTING);
          assertThat(Files.size(copy)).isEqualTo(8);
        });
  }

  /** Looks at a file again and again while another thread replaces it by atomic moves. */
  private void whileReplaced(Path target, ThrowingCallable look) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicInteger looks = new AtomicInteger();
    Thread reader =
        new Thread(
            () -> {
              while (!done.get() && failure.get() == null) {
                failure.set(catchThrowable(look));
                looks.incrementAndGet();
              }
            });
    reader.start();
    for (int round = 0; round < 20 || looks.get() < 20 && failure.get() == null; round++) {
      for (int i = 0; i < 100; i++) {
        file("next" + i, String.valueOf(i % 10).repeat(8));
      }
      for (int i = 0; i < 100; i++) { // One right after the other, to hit what a look does.
        Files.move(at("next" + i), target, ATOMIC_MOVE);
      }
    }
    done.set(true);
    reader.join();
    assertThat(failure.get()).isNull();
  }
}
