package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.FailingStore;
import dev.quota.spi.PoolStore;
import dev.quota.spi.QuotaStore;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A random life of a few people, lived by two engines at the same time: one whose callers wait, and
 * one with stages on a store that answers on other threads. Decisions, states, settlements, errors
 * and what listeners hear must be the same. The seed decides everything.
 */
@Timeout(120)
final class EngineApisTraceTest {

  private static final int STEPS = 600;
  private static final String[] QUOTAS = {"tokens", "small", "agents", "watched", "free"};

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final Side blocking = new Side(false);
  private final Side async = new Side(true);
  private int step;

  /** One of the two engines, and what is open of it. */
  private final class Side {

    final FailingStore counts = new FailingStore(clock);
    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    final EngineApi api;
    final List<Reservation> reservations = new ArrayList<>();
    final List<Receipt> receipts = new ArrayList<>();

    Side(boolean stages) {
      QuotaStore store = stages ? new PoolStore(counts) : counts;
      Quotas engine =
          Quotas.builder()
              .store(store)
              .clock(clock)
              .nodes(2)
              .nanoTime(() -> 0)
              .listener(event -> events.add(told(event)))
              .policies(policies())
              .build();
      api = stages ? EngineApi.async(engine) : EngineApi.blocking(engine);
    }
  }

  private static String told(QuotaEvent event) {
    String reason = event instanceof QuotaEvent.OfDecision decided ? " " + decided.reason() : "";
    String state = event instanceof QuotaEvent.OfState known ? " " + describe(known.state()) : "";
    return Heard.withAccuracy().text(event) + reason + state + " " + event.plan() + event.at();
  }

  private static Policies policies() {
    return Policies.builder()
        .plan(Plan.of("free"))
        .plan(Plan.of("pro"))
        .quota(
            QuotaPolicy.builder("tokens")
                .limit("burst", "300 per minute")
                .limit("daily", "2000 per calendar day")
                .limit("org", "5000 per calendar day per org")
                .warnAt("80%")
                .grace("10%")
                .onStoreFailure(OnStoreFailure.LOCAL)
                .build())
        .quota(
            QuotaPolicy.builder("small")
                .limit("daily", "20 per calendar day")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradeTo("tokens")
                .onStoreFailure(OnStoreFailure.LOCAL)
                .build())
        .quota(
            QuotaPolicy.builder("agents")
                .limit("running", "3 at once")
                .limit("talk", "40 per conversation")
                .limit("daily", "100 per calendar day")
                .build())
        .quota(
            QuotaPolicy.builder("watched")
                .limit("hourly", "30 per hour")
                .whenExhausted(WhenExhausted.OBSERVE)
                .onStoreFailure(OnStoreFailure.ALLOW)
                .build())
        .quota(QuotaPolicy.builder("free").limit("daily", "0 per calendar day").build())
        .build();
  }

  private static Subject subject(int number) {
    Subject.Builder builder = Subject.builder(Subject.Kind.USER, "user" + number);
    if (number % 2 == 0) {
      builder.group(Scope.ORG, "acme");
    }
    return number == 0 ? builder.conversation("talk").build() : builder.build();
  }

  private static String describe(QuotaState state) {
    return state.name()
        + "["
        + state.level()
        + " cost "
        + state.cost()
        + (state.allowed() ? " allowed " : " refused ")
        + state.accuracy()
        + " "
        + state.degradedTo()
        + " "
        + state.projectedExhaustionAt()
        + " "
        + state.nextAvailableAt()
        + " "
        + state.binding().name()
        + " "
        + state.limits().stream()
            .map(
                limit ->
                    limit.name()
                        + " "
                        + limit.used()
                        + limit.reserved()
                        + limit.remaining()
                        + limit.overage()
                        + limit.granted())
            .collect(Collectors.joining(", "))
        + "]";
  }

  private static String describe(QuotaSnapshot states) {
    return states.now()
        + states.quotas().stream().map(EngineApisTraceTest::describe).toList().toString();
  }

  private static String describe(Decision decision) {
    String text = decision.getClass().getSimpleName() + " " + describe(decision.states());
    if (decision instanceof Decision.Allowed allowed) {
      return text + allowed.isDegraded() + allowed.isRepetition();
    }
    return decision instanceof Decision.NeverFits never ? text + never.reason() : text;
  }

  private static String describe(Settlement settlement) {
    return settlement.outcome()
        + " "
        + settlement.charged()
        + " "
        + settlement.uncharged()
        + " "
        + describe(settlement.states());
  }

  private static String describe(Reservation it) {
    return describe(it.decision())
        + it.quota()
        + it.held()
        + it.usedSoFar()
        + it.isInGrace()
        + it.isOver()
        + it.id().isPresent();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 105})
  void bothApisReturnTheSame(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (step = 0; step < STEPS; step++) {
      long choice = random.nextLong();
      same(seed, side -> step(side, new SplittableRandom(choice)));
      if (random.nextInt(4) == 0) {
        clock.advance(Duration.ofMillis(random.nextLong(1, 120_000)));
      }
    }
    same(seed, side -> describe(side.api.states(subject(0))));
    blocking.counts.comeBack();
    async.counts.comeBack();
    blocking.api.engine().close();
    async.api.engine().close();
  }

  private void same(long seed, Function<Side, String> work) {
    String expected = attempted(() -> work.apply(blocking));
    String actual = attempted(() -> work.apply(async));
    assertThat(actual).as("seed %d, step %d", seed, step).isEqualTo(expected);
    assertThat(async.events).as("seed %d, step %d", seed, step).isEqualTo(blocking.events);
    blocking.events.clear();
    async.events.clear();
  }

  private static String attempted(Supplier<String> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return e.getClass().getName() + ": " + e.getMessage();
    }
  }

  private String step(Side side, SplittableRandom random) {
    Subject who = subject(random.nextInt(4));
    String quota = QUOTAS[random.nextInt(QUOTAS.length)];
    long units = random.nextInt(5) == 0 ? random.nextLong(0, 3_000) : random.nextLong(0, 60);
    return switch (random.nextInt(18)) {
      case 0, 1, 2 -> charged(side, side.api.charge(who, quota, units));
      case 3 ->
          charged(
              side,
              side.api.charge(who, List.of(new Charge(quota, units), new Charge("tokens", 1))));
      case 4 ->
          charged(
              side,
              side.api.charge(
                  who,
                  List.of(new Charge(quota, units)),
                  new Idempotency("key" + random.nextInt(3), Duration.ofMinutes(5))));
      case 5, 6 -> reserved(side, side.api.reserve(who, quota, units));
      case 7 ->
          reserved(side, side.api.reserve(new ReserveRequest(who, quota, 1, Math.max(1, units))));
      case 8 -> describe(side.api.states(who));
      case 9 -> describe(side.api.check(who, quota, units));
      case 10 -> grant(side, who, quota, units, random);
      case 11 ->
          random.nextInt(5) == 0 ? describe(side.api.reset(who, quota, "a test")) : "nothing";
      case 12 -> receipt(side, random);
      case 13, 14, 15 -> reservation(side, random, units);
      case 16 -> resumed(side, who, random, units);
      default -> mood(side, random);
    };
  }

  private static String charged(Side side, Decision decision) {
    if (decision instanceof Decision.Allowed allowed) {
      side.receipts.add(allowed.receipt());
    }
    return describe(decision);
  }

  private static String reserved(Side side, Reservation reservation) {
    side.reservations.add(reservation);
    return describe(reservation);
  }

  private String grant(Side side, Subject who, String quota, long units, SplittableRandom random) {
    Instant expiry = Instant.parse("2026-12-0" + (1 + random.nextInt(3)) + "T00:00:00Z");
    return describe(
        side.api.grant(
            GrantRequest.builder(who, quota, units)
                .reason("a test")
                .expiresAt(expiry)
                .operationId("grant" + random.nextInt(4))
                .build()));
  }

  private static String receipt(Side side, SplittableRandom random) {
    if (side.receipts.isEmpty()) {
      return "none";
    }
    Receipt receipt = side.receipts.get(random.nextInt(side.receipts.size()));
    if (random.nextBoolean()) {
      side.api.finish(receipt);
      return "finished";
    }
    return "refund " + side.api.refund(receipt);
  }

  private static String reservation(Side side, SplittableRandom random, long units) {
    if (side.reservations.isEmpty()) {
      return "none";
    }
    int which = Math.max(0, side.reservations.size() - 1 - random.nextInt(3));
    Reservation it = side.reservations.get(which);
    String said =
        switch (random.nextInt(6)) {
          case 0, 1 -> "used " + it.used(it.usedSoFar().orElse(0L) + units);
          case 2 -> describe(it.settle(units));
          case 3 -> describe(it.settleAsUsed());
          case 4 -> "refund " + it.refund();
          default -> {
            it.close();
            yield "closed";
          }
        };
    return said + describe(it);
  }

  private static String resumed(Side side, Subject who, SplittableRandom random, long units) {
    if (side.reservations.isEmpty()) {
      return "none";
    }
    Reservation open = side.reservations.get(random.nextInt(side.reservations.size()));
    if (open.id().isEmpty()) {
      return "no id";
    }
    Reservation found =
        side.api.resume(open.decision().states().subject(), open.quota(), open.id().get());
    String before = describe(found);
    return before
        + (random.nextBoolean() ? found.used(units) : describe(found.settle(units)))
        + describe(found)
        + who.groups();
  }

  private static String mood(Side side, SplittableRandom random) {
    switch (random.nextInt(5)) {
      case 0 -> side.counts.goAway();
      case 1 -> side.counts.loseReplies();
      default -> side.counts.comeBack();
    }
    side.api.maintenance().attendAll();
    // Asked after what was sent without waiting, and so answered after it.
    return describe(side.api.states(subject(1)));
  }
}
