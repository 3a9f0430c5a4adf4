package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.BOB;
import static dev.quota.redis.Charges.IMAGES;
import static dev.quota.redis.Charges.burst;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static dev.quota.redis.Charges.isDone;
import static dev.quota.redis.Charges.name;
import static dev.quota.redis.Charges.peek;
import static dev.quota.redis.Charges.take;
import static dev.quota.redis.Charges.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.StoreCommand;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that hold something else than this version wrote: they are left alone, and it is said. */
final class ForeignValueTest extends OnRedis {

  /** A kind of record that no version has. */
  private static final int UNKNOWN_KIND = 250;

  private static final String LATER_VERSION = "has the format of a later version";

  private static StoreCommand refund() {
    Hold hold =
        new Hold(
            ALICE,
            List.of(burst(10), daily(50)),
            List.of(4_000_000_000_000L, 1_795_478_400_000L),
            5,
            Optional.empty());
    return new StoreCommand.Settle(List.of(new Change(hold, 2)), true);
  }

  private static List<StoreCommand> commands() {
    return List.of(
        take(ALICE, 1, burst(10), daily(50)),
        take(entry(BOB, 1, burst(10)), entry(ALICE, 1, daily(50)), entry(IMAGES, 1, burst(10))),
        peek(ALICE, daily(50)),
        refund());
  }

  private void assertAllFailUntouched(byte[] value, String message) {
    RedisQuotaStore store = store(b -> b.handedTime(clock).failuresBeforeOpen(1));
    put(name(ALICE), value);
    for (StoreCommand command : commands()) {
      assertThatThrownBy(() -> store.execute(command))
          .as(command.toString())
          .isInstanceOfSatisfying(
              QuotaStoreException.class,
              failure -> assertThat(failure.applied()).isEqualTo(Applied.NO))
          .hasMessageContaining(message)
          .hasMessageNotContaining("not asked");
      assertThat(value(name(ALICE))).isEqualTo(value);
      assertThat(redis.command("EXISTS", name(BOB), name(IMAGES))).isEqualTo(0L);
    }
    assertThat(store.health().available()).as("other keys can be decided").isTrue();
    assertThat(isDone(store.execute(take(BOB, 1, burst(10))))).isTrue();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void aLaterFormatIsLeftToLaterVersions() {
    assertAllFailUntouched(bytes(0x20), LATER_VERSION);
    emptyRedis();
    assertAllFailUntouched(bytes(0x23, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), LATER_VERSION);
    emptyRedis();
    assertAllFailUntouched(bytes(0xff, 0), LATER_VERSION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "hello", "{\"a\":1}", "\u0000", "\u000f\u0001"})
  void aTextOfAnotherApplicationIsLeftAlone(String text) {
    assertAllFailUntouched(text.getBytes(StandardCharsets.UTF_8), "or set another key prefix");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0010rest",
        "\u0011rest",
        "\u0013\u0001\u0002",
        "\u001f",
        "\u001fa text that looks as if it held fifteen limits and goes on for some time like that"
      })
  void aTextThatLooksLikeOursForAByteIsLeftAlone(String text) {
    assertAllFailUntouched(text.getBytes(StandardCharsets.UTF_8), "");
  }

  @Test
  void recordsOfNoLengthDoNotKeepRedisBusyForEver() {
    byte[] zeros = new byte[60];
    zeros[0] = 0x10;
    assertAllFailUntouched(zeros, LATER_VERSION);
  }

  @Test
  void whatIsNoTextAtAllIsLeftAlone() {
    RedisQuotaStore store = store(b -> b.handedTime(clock).failuresBeforeOpen(1));
    redis.command("RPUSH", name(ALICE), "a", "b");

    for (StoreCommand command : commands()) {
      assertThatThrownBy(() -> store.execute(command))
          .isInstanceOfSatisfying(
              QuotaStoreException.class,
              failure -> assertThat(failure.applied()).isEqualTo(Applied.NO))
          .hasMessageStartingWith("another application uses a key of this store");
    }

    assertThat(redis.command("LRANGE", name(ALICE), "0", "-1")).isEqualTo(List.of("a", "b"));
    assertThat(redis.command("EXISTS", name(BOB), name(IMAGES))).isEqualTo(0L);
    assertThat(store.health().available()).isTrue();
  }

  @Test
  void aResetMakesRoomForThisVersion() {
    RedisQuotaStore store = store();
    put(name(ALICE), bytes(0x20, 1, 2));

    store.execute(new StoreCommand.Reset(ALICE));

    assertThat(isDone(store.execute(take(ALICE, 1, daily(50))))).isTrue();
  }

  @Test
  void anUnknownRecordIsCarriedAlongUntilItEndsAndThenDropped() {
    RedisQuotaStore store = store();
    long till = clock.millis() + Duration.ofHours(2).toMillis();
    byte[] unknown =
        new Packing(15)
            .octet(15)
            .octet(UNKNOWN_KIND)
            .id(0x123456)
            .octets(six(till))
            .octets(bytes(1, 2, 3, 4))
            .bytes();
    put(name(ALICE), new Packing(16).octet(0x10).octets(unknown).bytes());

    assertThat(isDone(store.execute(take(ALICE, 4, burst(10))))).isTrue();
    assertThat(value(name(ALICE))).endsWith(unknown);
    assertThat(pttl(name(ALICE))).isBetween(7_100_000L, 7_262_000L);
    store.execute(take(ALICE, 1, daily(50)));
    store.execute(refund());
    assertThat(hex()).contains(HexFormat.of().formatHex(unknown));
    assertThat(used(store, ALICE, daily(50))).isZero();
    assertThat(used(store, ALICE, burst(10))).isEqualTo(1);

    clock.set(till - 1);
    store.execute(take(ALICE, 1, daily(50)));
    assertThat(hex()).contains(HexFormat.of().formatHex(unknown));
    clock.set(till);
    store.execute(take(ALICE, 1, daily(50)));
    assertThat(hex()).doesNotContain(HexFormat.of().formatHex(unknown));
    assertThat(used(store, ALICE, daily(50))).isEqualTo(2);
  }

  private static String hex() {
    return HexFormat.of().formatHex(value(name(ALICE)));
  }

  private static byte[] six(long number) {
    byte[] bytes = new byte[6];
    for (int i = 0; i < 6; i++) {
      bytes[i] = (byte) (number >> (8 * i));
    }
    return bytes;
  }
}
