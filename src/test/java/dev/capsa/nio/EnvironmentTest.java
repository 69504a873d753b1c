package dev.capsa.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Retention;
import dev.capsa.repo.Durability;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {

  @Test
  void an_empty_environment_has_the_defaults() {
    Environment environment = Environment.of(Map.of());
    assertThat(environment.create()).isFalse();
    assertThat(environment.readOnly()).isFalse();
    assertThat(environment.filePermissions()).isEqualTo(0644);
    assertThat(environment.directoryPermissions()).isEqualTo(0755);
    assertThat(environment.durability()).isEqualTo(Durability.COMMIT);
    assertThat(environment.cacheBytes()).isEqualTo(-1);
    assertThat(environment.layout()).isEqualTo("extents");
  }

  @Test
  void create_is_a_boolean_or_a_string() {
    assertThat(Environment.of(Map.of("create", true)).create()).isTrue();
    assertThat(Environment.of(Map.of("create", "TRUE")).create()).isTrue();
    assertThat(Environment.of(Map.of("create", "false")).create()).isFalse();
  }

  @Test
  void unknown_keys_are_ignored() {
    assertThat(Environment.of(Map.of("encoding", "UTF-8", "nonsense", 7)).create()).isFalse();
  }

  @Test
  void values_of_the_right_kind_are_taken() {
    Environment environment =
        Environment.of(
            Map.of(
                "accessMode", "readOnly",
                "durability", "strict",
                "commitInterval", "PT0.5S",
                "cacheSize", "64M",
                "maxSize", 1234567L,
                "layout", "chain",
                "reads", "mapped",
                "diskTokens", "8",
                "defaultOwner", "alice",
                "defaultPermissions", "rw-rw----"));
    assertThat(environment.readOnly()).isTrue();
    assertThat(environment.durability()).isEqualTo(Durability.STRICT);
    assertThat(environment.commitInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(environment.cacheBytes()).isEqualTo(64 << 20);
    assertThat(environment.maxBytes()).isEqualTo(1234567);
    assertThat(environment.layout()).isEqualTo("chain");
    assertThat(environment.reads()).isEqualTo("mapped");
    assertThat(environment.diskTokens()).isEqualTo(8);
    assertThat(environment.defaultOwner()).isEqualTo("alice");
    assertThat(environment.filePermissions()).isEqualTo(0660);
    assertThat(environment.directoryPermissions()).isEqualTo(0770);
  }

  @Test
  void durations_and_permissions_have_further_forms() {
    assertThat(Environment.of(Map.of("commitInterval", 250)).commitInterval())
        .isEqualTo(Duration.ofMillis(250));
    assertThat(Environment.of(Map.of("commitInterval", Duration.ofSeconds(2))).commitInterval())
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(
            Environment.of(Map.of("defaultPermissions", Set.of(PosixFilePermission.OWNER_READ)))
                .filePermissions())
        .isEqualTo(0400);
  }

  @ParameterizedTest
  @CsvSource({
    "create, maybe",
    "create, ''",
    "accessMode, sometimes",
    "enablePosixFileAttributes, perhaps",
    "durability, HOPE",
    "commitInterval, soon",
    "commitInterval, 0",
    "commitInterval, PT-1S",
    "cacheSize, -1",
    "cacheSize, many",
    "cacheSize, 9999999999G",
    "cacheSize, ''",
    "maxSize, 1.5",
    "maxSize, 100",
    "layout, tree",
    "reads, aloud",
    "diskTokens, -1",
    "diskTokens, 1.5",
    "snapshot, ''",
    "retention, ''",
    "retention, forever",
    "retention, last=-1",
    "revision, 0",
    "revision, -3",
    "revision, newest",
    "defaultOwner, ''",
    "defaultPermissions, rwx",
  })
  void a_bad_value_is_told_with_its_key_and_what_is_allowed(String key, String value) {
    assertThatThrownBy(() -> Environment.of(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + key + "'")
        .hasMessageContaining("'" + value + "'")
        .hasMessageMatching(".* is not .{4,}");
  }

  @Test
  void the_name_of_an_owner_or_group_has_at_most_255_bytes() {
    assertThat(Environment.of(Map.of("defaultOwner", "é".repeat(127))).defaultOwner()).hasSize(127);
    for (String key : new String[] {"defaultOwner", "defaultGroup"}) {
      assertThatThrownBy(() -> Environment.of(Map.of(key, "é".repeat(128))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + key + "'")
          .hasMessageContaining("1 to 255 bytes");
    }
  }

  @Test
  void a_value_of_a_wrong_type_is_a_bad_value() {
    assertThatThrownBy(() -> Environment.of(Map.of("defaultOwner", 7)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Environment.of(Map.of("defaultPermissions", Set.of("read"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Environment.of(Map.of("cacheSize", new Object())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void retention_is_a_text_or_the_thing_itself() {
    Retention week = new Retention(10, Duration.ofDays(7), Duration.ofHours(1));
    assertThat(Environment.of(Map.of("retention", week)).retention()).isEqualTo(week);
    assertThat(Environment.of(Map.of("retention", "last=10,for=7d,every=1h")).retention())
        .isEqualTo(week);
    assertThat(Environment.of(Map.of()).retention()).isNull();
  }

  @Test
  void a_snapshot_or_a_revision_is_read_only() {
    Environment monday = Environment.of(Map.of("snapshot", "monday"));
    assertThat(monday.snapshot()).isEqualTo("monday");
    assertThat(monday.readOnly()).isTrue();
    assertThat(monday.past()).isTrue();
    Environment seven = Environment.of(Map.of("revision", "7", "accessMode", "readOnly"));
    assertThat(seven.revision()).isEqualTo(7);
    assertThat(seven.readOnly()).isTrue();
    assertThat(Environment.of(Map.of()).past()).isFalse();
    assertThatThrownBy(
            () -> Environment.of(Map.of("snapshot", "monday", "accessMode", "readWrite")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("accessMode");
    assertThatThrownBy(() -> Environment.of(Map.of("snapshot", "monday", "revision", 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("revision");
  }
}
