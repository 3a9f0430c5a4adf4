package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.IMAGES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.Key;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class RedisKeysTest {

  private static final byte[] SECRET = "sixteen bytes or more".getBytes(StandardCharsets.UTF_8);

  private final RedisKeys plain = new RedisKeys("q", Optional.empty());
  private final RedisKeys keyed = new RedisKeys("q", Optional.of(SECRET));

  @Test
  void aNameIsPrefixTagOf96BitsAndQuota() {
    assertThat(plain.name(ALICE)).matches("q\\{[A-Za-z0-9_-]{16}}chat");
    assertThat(keyed.name(ALICE)).matches("q\\{[A-Za-z0-9_-]{16}}chat");
  }

  @Test
  void noPartOfAnIdentityIsInAName() {
    for (String identity : List.of("alice", "}x", "{", "a b\r\nDEL x", "q{}chat", "\u0000")) {
      for (RedisKeys keys : List.of(plain, keyed)) {
        String name = keys.name(new Key("user", "user", identity, "chat"));
        assertThat(name).matches("q\\{[A-Za-z0-9_-]{16}}chat");
        assertThat(name).doesNotContain("alice");
      }
    }
  }

  @Test
  void quotasOfOneIdentityShareATagAndSoASlot() {
    assertThat(Shards.tag(plain.name(IMAGES))).isEqualTo(Shards.tag(plain.name(ALICE)));
    assertThat(plain.name(IMAGES)).isNotEqualTo(plain.name(ALICE));
  }

  @Test
  void scopeKindAndIdentityAreKeptApart() {
    Set<String> names = new HashSet<>();
    List<Key> keys =
        List.of(
            ALICE,
            new Key("user", "address", "alice", "chat"),
            new Key("org", "user", "alice", "chat"),
            new Key("user", "user", "Alice", "chat"),
            new Key("user", "user", "alice ", "chat"),
            // The same letters, divided in another way.
            new Key("ab", "c", "d", "chat"),
            new Key("a", "bc", "d", "chat"),
            new Key("a", "b", "cd", "chat"),
            new Key("a1:", "b", "c", "chat"),
            new Key("a", "1:b", "c", "chat"),
            new Key("a", "b", "1:bc", "chat"));
    keys.forEach(key -> names.add(plain.name(key)));

    assertThat(names).hasSameSizeAs(keys);
  }

  @Test
  void aSecretChangesEveryNameAndAnotherOneAgain() {
    byte[] other = SECRET.clone();
    other[0]++;

    assertThat(
            List.of(
                plain.name(ALICE),
                keyed.name(ALICE),
                new RedisKeys("q", Optional.of(other)).name(ALICE)))
        .doesNotHaveDuplicates();
    assertThat(new RedisKeys("q", Optional.of(SECRET.clone())).name(ALICE))
        .isEqualTo(keyed.name(ALICE));
  }

  /** An idempotency key is made of a user's id and what a client sends: both can be guessed. */
  @Test
  void aSecretCoversTheIdsOfOperationsToo() {
    byte[] otherSecret = SECRET.clone();
    otherSecret[0]++;
    RedisKeys other = new RedisKeys("q", Optional.of(otherSecret));
    for (String id : List.of("once-fFJ1", "grant-x", "01a", "an id with spaces", "}x")) {
      for (boolean grant : new boolean[] {false, true}) {
        String name = keyed.operation("q{tag}chat", grant, id);
        assertThat(name).matches("q\\{tag}chat:[og]:~[A-Za-z0-9_-]{43}");
        assertThat(name).isNotEqualTo(plain.operation("q{tag}chat", grant, id));
        assertThat(name).isNotEqualTo(other.operation("q{tag}chat", grant, id));
        assertThat(name).isEqualTo(keyed.operation("q{tag}chat", grant, id));
      }
      assertThat(keyed.permit(id)).isNotEqualTo(plain.permit(id)).isNotEqualTo(other.permit(id));
    }
    assertThat(plain.operation("q{tag}chat", false, "01a")).isEqualTo("q{tag}chat:o:01a");
  }

  @Test
  void isTheSameOnManyThreads() throws Exception {
    String expected = keyed.name(ALICE);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        runs.add(
            threads.submit(
                () -> {
                  boolean same = true;
                  for (int j = 0; j < 5_000; j++) {
                    same &= keyed.name(ALICE).equals(expected);
                  }
                  return same;
                }));
      }
      for (Future<Boolean> run : runs) {
        assertThat(run.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
