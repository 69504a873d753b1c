package dev.capsa.raw;

import dev.capsa.CapsaLockedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;

/**
 * What one opening of a container has agreed on with the other openings of it, in this and in other
 * processes: the right to write, or a place among the readers. To be given back, by closing it,
 * after the container's file is closed.
 *
 * <p>The protocol, with <i>F</i> the highest commit that a durable root slot states as forced:
 *
 * <ol>
 *   <li>A reader registers with {@link ReadState#ALL}, then reads the root slots, then chooses its
 *       state <i>R</i> and says so by {@link #reads}. It never chooses a state below the <i>F</i>
 *       that it sees.
 *   <li>A writer reuses what commit <i>n</i> freed only if <i>n</i> was at or below <i>F</i>
 *       before, and no state in {@link #others} is below <i>n</i>.
 * </ol>
 *
 * <p>Why no reader loses what it reaches, by when its registration comes in respect of the writer's
 * look at the readers:
 *
 * <ul>
 *   <li><i>Registered before the look</i>: the writer sees ALL, which holds everything, or
 *       <i>R</i>, which holds what was freed by later commits. The change from ALL to <i>R</i> lets
 *       go of nothing that <i>R</i> reaches.
 *   <li><i>Registered after it</i>: the reader then reads slots that were written before the look,
 *       or newer ones. So its <i>F</i>, and with it <i>R</i>, is at or above any <i>n</i> that this
 *       look let go; what <i>n</i> freed is reached by older states only. The same holds if it
 *       registers during the look and is seen or not seen.
 *   <li><i>A writer that opens later</i>, after the one that knew what was freed has gone: it makes
 *       its state <i>N</i> durable and states it as forced before its first look. Who registers
 *       after that look has <i>R</i> at or above <i>N</i>. Of who registered before it, the state's
 *       record tells what it reaches: that, as far as it is free in <i>N</i>, is held. Of who has
 *       not chosen yet nothing is known: all that is free is held.
 *   <li><i>The same moment</i>: a writer's opening writes nothing, and its first write comes after
 *       the steps of the point before, so there is no further case.
 *   <li><i>A reader that dies</i>: the system drops its lock; its state no longer counts.
 * </ul>
 */
public interface ContainerAccess extends Closeable {
  /** Of a medium that no other process knows: there are no others. */
  ContainerAccess ALONE = new Unregistered(true);

  /** Of a reader that nobody knows of. */
  ContainerAccess UNREGISTERED = new Unregistered(false);

  /**
   * Takes the right to write, or registers a reader. A reader that cannot register, because the
   * lock file can be neither made nor written or has no place left, gets {@link #UNREGISTERED}. A
   * container that does not lie in the default file system is known to this process alone.
   *
   * @throws CapsaLockedException if somebody else has the right to write; the message says who
   */
  static ContainerAccess open(Path container, boolean readOnly) throws IOException {
    if (container.getFileSystem() != FileSystems.getDefault()) {
      return ALONE;
    }
    return readOnly ? ReaderRegistration.register(container) : ContainerLock.acquire(container);
  }

  /**
   * Whether what this opening reads is kept from reuse while it is open. If not, a revision may
   * vanish under it, and what was verified once must be verified again at each read.
   */
  boolean protectsReads();

  /** Says which state is read; until then all are held. */
  void reads(ReadState state) throws IOException;

  /**
   * The states that live readers hold; what cannot be found out is {@link ReadState#ALL}. One read
   * of the lock file, and a test of a lock for each reader.
   */
  List<ReadState> others();

  /** An access with nothing behind it. */
  record Unregistered(boolean protectsReads) implements ContainerAccess {
    @Override
    public void reads(ReadState state) {}

    @Override
    public List<ReadState> others() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
