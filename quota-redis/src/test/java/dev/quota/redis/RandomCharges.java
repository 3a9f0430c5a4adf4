package dev.quota.redis;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import dev.quota.store.ManualClock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Random versions of a policy, takes and peeks under them, and steps of time to where something
 * happens. The seed decides everything. Not thread-safe.
 */
final class RandomCharges {

  private static final List<Key> KEYS =
      List.of(Charges.ALICE, Charges.ACME, Charges.BOB, Charges.IMAGES);

  private static final List<OnShort> ON_SHORT = List.of(OnShort.values());

  private static final List<ZoneId> ZONES =
      List.of(ZoneId.of("UTC"), ZoneId.of("America/Havana"), ZoneId.of("Pacific/Kiritimati"));

  private static final long[] CAPACITIES = {1, 2, 3, 7, 10, 49, 60, 997, 7_919};

  private final SplittableRandom random;
  private final ManualClock clock;
  private final List<Long> moments = new ArrayList<>();

  RandomCharges(long seed, ManualClock clock) {
    random = new SplittableRandom(seed);
    this.clock = clock;
  }

  SplittableRandom random() {
    return random;
  }

  /** Returns some of six limits, in any order, with any capacities. */
  List<LimitSpec> version() {
    List<LimitSpec> all = new ArrayList<>();
    all.add(rolling("burst", random.nextBoolean() ? 1_000 : 60_000));
    all.add(rolling("hourly", 3_600_000));
    all.add(calendar("daily", CalendarUnit.DAY));
    all.add(calendar("weekly", CalendarUnit.WEEK));
    all.add(calendar("monthly", CalendarUnit.MONTH));
    all.add(calendar("cycle", CalendarUnit.CYCLE));
    Collections.shuffle(all, new Random(random.nextLong()));
    return List.copyOf(all.subList(0, random.nextInt(1, all.size())));
  }

  private LimitSpec rolling(String name, long periodMillis) {
    return new LimitSpec(name, new Window.Rolling(Duration.ofMillis(periodMillis)), capacity());
  }

  private LimitSpec calendar(String name, CalendarUnit unit) {
    ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
    Window window =
        new Window.Calendar(unit, zone, DayOfWeek.of(random.nextInt(1, 8)), random.nextInt(1, 32));
    return new LimitSpec(name, window, capacity());
  }

  private Capacity capacity() {
    return switch (random.nextInt(12)) {
      case 0 -> Capacity.unlimited();
      case 1 -> Capacity.of(0);
      default -> Capacity.of(CAPACITIES[random.nextInt(CAPACITIES.length)]);
    };
  }

  /** Returns a take of one to three keys, or now and then a peek. */
  StoreCommand command(List<LimitSpec> limits) {
    return random.nextInt(8) == 0
        ? new StoreCommand.Peek(entries(limits, false))
        : new StoreCommand.Take(entries(limits, true), Optional.empty());
  }

  /** Returns a command that takes all or nothing, so that others can travel with it. */
  StoreCommand combinable(List<LimitSpec> limits) {
    return random.nextInt(8) == 0
        ? new StoreCommand.Peek(entries(limits, false))
        : new StoreCommand.Take(entries(limits, false), Optional.empty());
  }

  private List<Entry> entries(List<LimitSpec> limits, boolean partly) {
    List<Key> keys = new ArrayList<>(KEYS);
    Collections.shuffle(keys, new Random(random.nextLong()));
    List<Entry> entries = new ArrayList<>();
    Amount chat = amount(partly);
    Amount image = amount(partly);
    for (Key key : keys.subList(0, random.nextInt(3) == 0 ? random.nextInt(1, 4) : 1)) {
      Amount amount = key.quota().equals("chat") ? chat : image;
      entries.add(
          new Entry(
              key, limits, amount.atLeast, amount.cost, random.nextLong(1, 4), amount.onShort));
    }
    return entries;
  }

  private record Amount(long atLeast, long cost, OnShort onShort) {}

  private Amount amount(boolean partly) {
    long cost =
        switch (random.nextInt(10)) {
          case 0 -> 0;
          case 1 -> random.nextLong(1, 1_000);
          case 2, 3, 4 -> random.nextLong(1, 8);
          default -> 1;
        };
    return new Amount(
        partly && random.nextInt(4) == 0 ? random.nextLong(cost + 1) : cost,
        cost,
        random.nextInt(3) > 0 ? OnShort.REFUSE_ALL : ON_SHORT.get(random.nextInt(ON_SHORT.size())));
  }

  /** Notes the moments that a reply speaks of. */
  void saw(StoreReply reply) {
    reply.entries().stream()
        .flatMap(entry -> entry.limits().stream())
        .forEach(
            (LimitResult limit) -> {
              limit.resetAtMillis().ifPresent(moments::add);
              if (limit.availability() instanceof Availability.At at) {
                moments.add(at.epochMillis());
              }
            });
    while (moments.size() > 12) {
      moments.remove(0);
    }
  }

  /** Moves the clock forwards, to where something happens for one. */
  void move() {
    moments.removeIf(moment -> moment <= clock.millis());
    long step =
        switch (random.nextInt(12)) {
          case 0 -> 1;
          case 1 -> random.nextLong(1, 1_000);
          case 2 -> random.nextLong(1, 60_000);
          case 3 -> random.nextLong(1, 3_600_000);
          case 4 -> random.nextInt(6) == 0 ? random.nextLong(1, 40 * 86_400_000L) : 0;
          default -> 0;
        };
    clock.advanceMillis(step);
    if (random.nextInt(6) == 0 && !moments.isEmpty()) {
      long moment = moments.get(random.nextInt(moments.size())) - random.nextInt(2);
      // Far moments seldom, or the trace hurries through the centuries.
      if (moment > clock.millis()
          && random.nextLong((moment - clock.millis()) / 3_600_000 + 1) < 4) {
        clock.set(moment);
      }
    }
  }

  /** Returns the same command, for a caller that would ask for something else next. */
  StoreCommand withAnotherNextCost(StoreCommand command) {
    return command instanceof StoreCommand.Take take
        ? new StoreCommand.Take(
            take.entries().stream()
                .map(
                    entry ->
                        new Entry(
                            entry.key(),
                            entry.limits(),
                            entry.atLeast(),
                            entry.cost(),
                            random.nextLong(1, 5),
                            entry.onShort()))
                .toList(),
            take.operation())
        : command;
  }

  /** Returns a start within a year, always the same for a seed. */
  Instant start() {
    return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextLong(365 * 86_400L));
  }
}
