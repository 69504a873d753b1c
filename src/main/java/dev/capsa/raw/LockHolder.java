package dev.capsa.raw;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that writes a container, as its lock file says: lines of a name, {@code =} and a
 * value.
 *
 * @param pid the number of the process on its host
 * @param host the name of the host
 * @param started when the process started, in ISO 8601; tells it from a later one of this number
 */
record LockHolder(long pid, String host, String started) {
  private static final String UNKNOWN = "unknown";

  /** This process. */
  static LockHolder current() {
    ProcessHandle process = ProcessHandle.current();
    return new LockHolder(process.pid(), hostName(), startOf(process));
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Object::toString).orElse(UNKNOWN);
  }

  /** The name of this host, without asking the network for it. */
  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return Optional.ofNullable(System.getenv("HOSTNAME"))
          .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
          .orElse(UNKNOWN);
    }
  }

  /** The content of a lock file. */
  byte[] encoded() {
    return ("pid=" + pid + "\nhost=" + host + "\nstarted=" + started + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** What a lock file says; empty if it does not say who holds it. */
  static Optional<LockHolder> decode(byte[] content) {
    long pid = -1;
    String host = UNKNOWN;
    String started = UNKNOWN;
    for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
      String value = line.substring(line.indexOf('=') + 1).strip();
      if (line.startsWith("pid=") && value.matches("[0-9]{1,18}")) {
        pid = Long.parseLong(value);
      } else if (line.startsWith("host=")) {
        host = value;
      } else if (line.startsWith("started=")) {
        started = value;
      }
    }
    return pid < 0 ? Optional.empty() : Optional.of(new LockHolder(pid, host, started));
  }

  /**
   * Whether the process is known to have ended. One that has just taken over a lock has not yet
   * written its own name over that of its predecessor.
   */
  boolean isGone() {
    return host.equals(hostName())
        && ProcessHandle.of(pid).filter(it -> startOf(it).equals(started)).isEmpty();
  }

  @Override
  public String toString() {
    return "process " + pid + " on host " + host + ", started " + started;
  }
}
