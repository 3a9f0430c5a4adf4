package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.burst;
import static dev.quota.redis.Charges.calendar;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static dev.quota.redis.Charges.monthly;
import static dev.quota.redis.Charges.name;
import static dev.quota.redis.Charges.rolling;
import static dev.quota.redis.Charges.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What lies in Redis, byte by byte. Nodes of other versions read it: whoever changes an expectation
 * here changes the format, and that takes two releases.
 */
final class LayoutTest extends OnRedis {

  private static final LimitSpec[] LIMITS = {burst(10), daily(50), monthly(500)};

  private static String hex(byte[] value) {
    return HexFormat.of().formatHex(value);
  }

  private static int id(LimitSpec limit) {
    return StoredLimit.of(limit).id;
  }

  @Test
  void theUsualValueIsPacked() {
    store().execute(take(ALICE, 3, LIMITS));

    assertThat(hex(value(name(ALICE))))
        .isEqualTo(
            "13" // format 1, three limits
                + ("277c73" + "ca98a1" + "9639b5")
                + "5054eb08a201" // the time of the charge
                + ("0000000000000840" + "0000000000" + "0000000000002440" + "0000000000000840")
                + ("0000000000000840" + "002cda0aa201")
                + ("0000000000000840" + "00b0e62ea201"));
  }

  @Test
  void aRefundWritesRecords() {
    giveTwoOfThreeBack(store());

    assertThat(hex(value(name(ALICE))))
        .isEqualTo(
            "10" // format 1, records
                + ("2e00277c73" + "3183eb08a201" + "5054eb08a201")
                + ("000000000000f03f" + "0000000000" + "0000000000002440" + "0000000000000840")
                + ("1b01ca98a1" + "002cda0aa201" + "000000000000f03f" + "0000000000000840")
                + ("1b019639b5" + "00b0e62ea201" + "000000000000f03f" + "0000000000000840"));
  }

  @Test
  void aTakeWritesRecordsWhereTheMostWasMoreThanIsUsed() {
    RedisQuotaStore store = store();
    giveTwoOfThreeBack(store);
    clock.advanceMillis(1_000);
    store.execute(take(ALICE, 1, LIMITS));

    assertThat(hex(value(name(ALICE))))
        .isEqualTo(
            "10"
                + ("2e00277c73" + "1987eb08a201" + "3858eb08a201")
                + ("000000000000f03f" + "8813000000" + "0000000000002440" + "0000000000000840")
                + ("1b01ca98a1" + "002cda0aa201" + "0000000000000040" + "0000000000000840")
                + ("1b019639b5" + "00b0e62ea201" + "0000000000000040" + "0000000000000840"));
  }

  private Hold reserve(RedisQuotaStore store, long units) {
    Optional<Operation> operation = Optional.of(Operation.reservation("r", Duration.ofMinutes(5)));
    Entry entry = entry(ALICE, units, LIMITS);
    StoreReply reply = store.execute(new StoreCommand.Take(List.of(entry), operation));
    Hold hold = Hold.of(entry, reply.entries().get(0), clock.millis());
    return new Hold(ALICE, hold.limits(), hold.windowEndsMillis(), hold.units(), operation);
  }

  @Test
  void whatReservationsHoldFollowsThePackedLimits() {
    reserve(store(), 3);

    assertThat(hex(value(name(ALICE))))
        .isEqualTo(
            "13"
                + ("277c73" + "ca98a1" + "9639b5")
                + "5054eb08a201"
                + ("0000000000000840" + "0000000000" + "0000000000002440" + "0000000000000840")
                + ("0000000000000840" + "002cda0aa201")
                + ("0000000000000840" + "00b0e62ea201")
                // Until when it matters: the time for which the operation is kept, and an eighth.
                + ("47" + "02" + "000000" + sixHex(337_500))
                + ("0000000000000000" + "0000000000000000" + "000000000000")
                + ("0000000000000840" + sixHex(300_000) + "0000000000000000")
                // The peaks of the calendar limits.
                + ("0000000000000840" + "0000000000000840"));
  }

  @Test
  void whatAnOperationTookIsBesideTheCount() {
    reserve(store(), 3);

    assertThat(hex(value(name(ALICE) + ":o:r")))
        .isEqualTo(
            "13"
                + ("277c73" + "ca98a1" + "9639b5")
                + ("0000000000000000" + eightHex(clock.millis() + 300_000) + "01" + "00")
                + ("0000000000000840" + "0000000000000840" + "0000000000000000")
                + (eightHex(clock.millis() + 18_000) + "0000000000000000")
                + (eightHex(1_795_478_400_000L) + "0000000000000840")
                + (eightHex(1_796_083_200_000L) + "0000000000000840"));
  }

  @Test
  void aSettlementKeepsThePeaks() {
    RedisQuotaStore store = store();
    Hold hold = reserve(store, 3);
    store.execute(new StoreCommand.Settle(List.of(new Change(hold, 1)), true));

    assertThat(hex(value(name(ALICE))))
        .startsWith("13")
        .contains("ca98a1" + "9639b5")
        // One unit is left of three in both windows, and the most was three.
        .contains(("000000000000f03f" + "002cda0aa201") + ("000000000000f03f" + "00b0e62ea201"))
        .endsWith("0000000000000840" + "0000000000000840");
    assertThat(redis.command("EXISTS", name(ALICE) + ":o:r")).isEqualTo(0L);
  }

  @Test
  void moreThanFifteenLimitsHaveALongerHead() {
    LimitSpec[] many = new LimitSpec[16];
    for (int i = 0; i < many.length; i++) {
      many[i] = i % 2 == 0 ? rolling("r" + i, 10, Duration.ofMinutes(1)) : ofDay("c" + i);
    }
    store().execute(take(ALICE, 3, many));

    assertThat(hex(value(name(ALICE)))).startsWith("10" + "01" + "10");
    assertThat(value(name(ALICE))).hasSize(3 + 16 * 3 + 6 + 8 * 29 + 8 * 14);
  }

  private static LimitSpec ofDay(String name) {
    return calendar(name, CalendarUnit.DAY, Capacity.of(50));
  }

  private String sixHex(long after) {
    return littleEndian(clock.millis() + after, 6);
  }

  private static String eightHex(long number) {
    return littleEndian(Double.doubleToLongBits((double) number), 8);
  }

  private static String littleEndian(long bits, int bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes; i++) {
      text.append(String.format(Locale.ROOT, "%02x", (bits >> (8 * i)) & 0xff));
    }
    return text.toString();
  }

  private void giveTwoOfThreeBack(RedisQuotaStore store) {
    store.execute(take(ALICE, 3, LIMITS));
    long midnight = 1_795_478_400_000L;
    long december = 1_796_083_200_000L;
    List<Long> ends = List.of(clock.millis() + 18_000, midnight, december);
    Hold hold = new Hold(ALICE, List.of(LIMITS), ends, 3, Optional.empty());
    store.execute(new StoreCommand.Settle(List.of(new Change(hold, 1)), true));
  }

  @Test
  void idsAreTheSameForEver() {
    Map<String, Integer> ids = new HashMap<>();
    ids.put("burst per second", id(rolling("burst", 1, Duration.ofSeconds(1))));
    ids.put("burst per minute", id(burst(10)));
    ids.put("hourly per hour", id(rolling("hourly", 1, Duration.ofHours(1))));
    ids.put("daily", id(daily(50)));
    ids.put("weekly", id(calendar("weekly", CalendarUnit.WEEK, Capacity.of(1))));
    ids.put("monthly", id(monthly(500)));
    ids.put("monthly by cycle", id(calendar("monthly", CalendarUnit.CYCLE, Capacity.of(1))));

    assertThat(ids)
        .containsOnly(
            Map.entry("burst per second", 5_721_672),
            Map.entry("burst per minute", 7_568_423),
            Map.entry("hourly per hour", 4_787_569),
            Map.entry("daily", 10_590_410),
            Map.entry("weekly", 9_670_094),
            Map.entry("monthly", 11_876_758),
            Map.entry("monthly by cycle", 14_092_697));
  }

  @Test
  void limitsOfOneNameOverDifferentWindowsHaveDifferentIds() {
    assertThat(
            List.of(
                id(rolling("x", 10, Duration.ofMinutes(1))),
                id(rolling("x", 10, Duration.ofMinutes(2))),
                id(calendar("x", CalendarUnit.DAY, Capacity.of(1))),
                id(calendar("x", CalendarUnit.WEEK, Capacity.of(1))),
                id(calendar("x", CalendarUnit.MONTH, Capacity.of(1))),
                id(calendar("x", CalendarUnit.CYCLE, Capacity.of(1)))))
        .doesNotHaveDuplicates();
  }

  @Test
  void capacityZoneAndBillingDayAreNoPartOfAnId() {
    Window moved =
        new Window.Calendar(CalendarUnit.DAY, ZoneId.of("Asia/Kathmandu"), DayOfWeek.FRIDAY, 9);

    assertThat(id(burst(11))).isEqualTo(id(burst(10)));
    assertThat(id(new LimitSpec("daily", moved, Capacity.unlimited()))).isEqualTo(id(daily(50)));
  }

  @Test
  void limitsWhoseIdsCollideAreRefusedByTheirNames() {
    Map<Integer, LimitSpec> seen = new HashMap<>();
    for (int i = 0; ; i++) {
      LimitSpec limit = rolling("l" + i, 10, Duration.ofMinutes(1));
      LimitSpec other = seen.put(id(limit), limit);
      if (other != null) {
        assertThatThrownBy(() -> EntryLayout.of(List.of(other, limit)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(other.name() + " and " + limit.name());
        assertThatThrownBy(() -> store().requireCountable(List.of(other, limit)))
            .as("when the policy is loaded")
            .hasMessageContaining("rename one of them");
        return;
      }
    }
  }

  @Test
  void moreLimitsOfOneKeyThanAScriptCanHoldAreRefused() {
    LimitSpec[] many = new LimitSpec[61];
    for (int i = 0; i < many.length; i++) {
      many[i] = calendar("m" + i, CalendarUnit.DAY, Capacity.of(5));
    }

    assertThatThrownBy(() -> store().execute(take(ALICE, 1, many)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limits of one key must be at most 60 in Redis, was 61");
    LimitSpec[] most = List.of(many).subList(0, 60).toArray(LimitSpec[]::new);
    assertThat(store().execute(take(ALICE, 1, most)).entries().get(0).taken()).isEqualTo(1);
  }

  @Test
  void namesOfKeysAreTheSameForEver() {
    byte[] secret = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    assertThat(name(ALICE)).isEqualTo("q{z0dvSIZVLRZHAScZ}chat");
    assertThat(new RedisKeys("app:", Optional.empty()).name(ALICE))
        .isEqualTo("app:{z0dvSIZVLRZHAScZ}chat");
    assertThat(new RedisKeys("q", Optional.of(secret)).name(ALICE))
        .isEqualTo("q{U_an1pfP7pn-6hsp}chat");
    assertThat(name(new Key("user", "user", "Zoë 🦊", "image")))
        .isEqualTo("q{u6vJ9AE7x_R3gv-p}image");
  }
}
