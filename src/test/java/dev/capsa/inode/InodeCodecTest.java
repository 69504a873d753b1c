package dev.capsa.inode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capsa.CapsaCorruptException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InodeCodecTest {
  private static final long NOW = 1_760_000_000_000_000_000L;

  @Test
  void any_inode_comes_back() throws CapsaCorruptException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      Inode inode = any(random);
      InodeCodec.Fields fields = InodeCodec.decode(inode.number(), InodeCodec.encode(inode, i));
      assertThat(fields.profile()).isEqualTo(i);
      Inode back = fields.with(new Profile(inode.mode(), inode.owner(), inode.group()));
      assertThat(back.target()).as("seed " + seed).isEqualTo(inode.target());
      assertThat(InodeCodec.encode(back, i)).isEqualTo(InodeCodec.encode(inode, i));
      assertThat(back.toString().split(", target")[0])
          .as("seed " + seed)
          .isEqualTo(inode.toString().split(", target")[0]);
    }
  }

  private static Inode any(Random random) {
    FileKind kind = FileKind.values()[random.nextInt(3)];
    byte[] target = kind == FileKind.LINK ? new byte[random.nextInt(2049)] : null;
    long created = time(random, NOW);
    long modified = time(random, created);
    return new Inode(
        random.nextLong() >>> 1 + random.nextInt(60),
        kind,
        random.nextInt(010000),
        "o" + random.nextInt(3),
        "g",
        target != null ? target.length : kind == FileKind.FILE ? size(random) : 0,
        random.nextBoolean() ? 1 : random.nextInt(FileTree.MAX_LINKS + 1),
        created,
        modified,
        time(random, created),
        time(random, modified),
        random.nextLong() >>> 1 + random.nextInt(60),
        target);
  }

  private static long time(Random random, long base) {
    return switch (random.nextInt(4)) {
      case 0 -> base;
      case 1 -> base + random.nextInt(1_000_000);
      case 2 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
      default -> random.nextLong();
    };
  }

  private static long size(Random random) {
    return random.nextInt(8) == 0
        ? FileTree.MAX_FILE_BYTES
        : random.nextLong() >>> 11 + random.nextInt(53);
  }

  @Test
  void a_small_file_takes_18_bytes() {
    Inode file =
        new Inode(
            1_000_000,
            FileKind.FILE,
            0644,
            "ada",
            "staff",
            64,
            1,
            NOW,
            NOW + 900_000,
            NOW,
            NOW + 900_000,
            999_950,
            null);
    assertThat(InodeCodec.encode(file, 3)).hasSizeLessThanOrEqualTo(18);
    assertThat(EntryCodec.encode(1_000_000, FileKind.FILE)).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void what_was_cut_or_goes_on_is_refused() throws CapsaCorruptException {
    Random random = new Random(5);
    for (int i = 0; i < 100; i++) {
      Inode inode = any(random);
      if (inode.kind() == FileKind.LINK) {
        continue;
      }
      byte[] value = InodeCodec.encode(inode, 1);
      for (int length = 0; length < value.length; length++) {
        byte[] cut = Arrays.copyOf(value, length);
        assertCorrupt(() -> InodeCodec.decode(inode.number(), cut));
      }
      assertCorrupt(
          () -> InodeCodec.decode(inode.number(), Arrays.copyOf(value, value.length + 1)));
    }
  }

  @Test
  void random_bytes_are_read_or_refused_and_nothing_else() {
    Random random = new Random(6);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      try {
        InodeCodec.Fields fields = InodeCodec.decode(17, bytes);
        assertThat(fields.links()).isNotNegative();
        assertThat(fields.size()).isBetween(0L, FileTree.MAX_FILE_BYTES);
      } catch (CapsaCorruptException refused) {
        assertThat(refused).hasMessageMatching("(?s).*(inode 17|value of|number of).*");
      }
    }
  }

  @Test
  void unknown_kinds_and_flags_are_refused() {
    Inode file = any(new Random(3));
    for (int flags : new int[] {3, 0x80}) {
      byte[] value = InodeCodec.encode(file, 1);
      value[0] |= (byte) flags;
      assertCorrupt(() -> InodeCodec.decode(file.number(), value));
    }
    assertCorrupt(() -> EntryCodec.decode(1, new byte[] {'a'}, new byte[] {7}));
    assertCorrupt(() -> EntryCodec.decode(1, new byte[] {'a'}, new byte[] {4, 0}));
    assertCorrupt(() -> EntryCodec.decode(1, new byte[] {'a'}, new byte[0]));
  }

  @Test
  void profiles_come_back() throws CapsaCorruptException {
    for (String owner : new String[] {"", "ada", "ü".repeat(127)}) {
      Profile profile = new Profile(07777, owner, "g" + owner);
      assertThat(Profile.decode(profile.encode())).isEqualTo(profile);
    }
    assertCorrupt(() -> Profile.decode(new byte[] {1, 5, 'a'}));
    assertCorrupt(() -> Profile.decode(new byte[] {(byte) 0xff, 0x7f, 0}));
  }

  private static void assertCorrupt(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(CapsaCorruptException.class).isThrownBy(call);
  }
}
