package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.AsyncReservation;
import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.GrantRequest;
import dev.quota.Idempotency;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Receipt;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A random life of a few people, lived by three engines at the same time: with stages in process,
 * with stages on Redis, and on Redis with callers who wait. All must say the same. The seed decides
 * everything.
 */
final class EngineTraceTest extends OnRedis {

  private static final int STEPS = 300;
  private static final String[] QUOTAS = {"tokens", "small", "agents"};

  private final List<Quotas> engines = new ArrayList<>();

  @AfterEach
  void closeEngines() {
    engines.forEach(Quotas::close);
  }

  /** What is open of a reservation, whichever way it was made. */
  private record Held(
      Supplier<Decision> decision,
      Function<Long, Boolean> used,
      Function<Long, Settlement> settle,
      Supplier<Boolean> refund) {

    static Held of(Reservation it) {
      return new Held(it::decision, it::used, it::settle, it::refund);
    }

    static Held of(AsyncReservation it) {
      return new Held(
          it::decision,
          soFar -> answer(it.used(soFar)),
          actual -> answer(it.settle(actual)),
          () -> answer(it.refund()));
    }
  }

  /** One of the engines, and what is open of it. */
  private static final class Side {

    final Quotas quotas;
    final boolean stages;
    final List<Held> reservations = new ArrayList<>();
    final List<Receipt> receipts = new ArrayList<>();

    Side(Quotas quotas, boolean stages) {
      this.quotas = quotas;
      this.stages = stages;
    }

    Decision charge(Subject who, List<Charge> charges) {
      return stages ? answer(quotas.async().charge(who, charges)) : quotas.charge(who, charges);
    }

    Decision charge(Subject who, List<Charge> charges, Idempotency once) {
      return stages
          ? answer(quotas.async().charge(who, charges, once))
          : quotas.charge(who, charges, once);
    }

    Held reserve(Subject who, String quota, long units) {
      return stages
          ? Held.of(answer(quotas.async().reserve(who, quota, units)))
          : Held.of(quotas.reserve(who, quota, units));
    }

    QuotaSnapshot states(Subject who) {
      return stages ? answer(quotas.async().states(who)) : quotas.states(who);
    }

    QuotaSnapshot check(Subject who, String quota, long units) {
      return stages
          ? answer(quotas.async().check(who, quota, units))
          : quotas.check(who, quota, units);
    }

    boolean refund(Receipt receipt) {
      return stages ? answer(quotas.async().refund(receipt)) : quotas.refund(receipt);
    }

    QuotaState grant(GrantRequest request) {
      return stages ? answer(quotas.async().grant(request)) : quotas.grant(request);
    }

    QuotaState reset(Subject who, String quota) {
      return stages
          ? answer(quotas.async().reset(who, quota, "a test"))
          : quotas.reset(who, quota, "a test");
    }
  }

  private static <T> T answer(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private static Policies policies() {
    return Policies.builder()
        .quota(
            QuotaPolicy.builder("tokens")
                .limit("burst", "300 per minute")
                .limit("daily", "2000 per calendar day")
                .limit("org", "5000 per calendar day per org")
                .grace("10%")
                .build())
        .quota(QuotaPolicy.builder("small").limit("daily", "20 per calendar day").build())
        .quota(
            QuotaPolicy.builder("agents")
                .limit("running", "3 at once")
                .limit("daily", "100 per calendar day")
                .build())
        .build();
  }

  private Side side(boolean onRedis, boolean stages, String prefix) {
    var builder = Quotas.builder().clock(clock).policies(policies());
    if (onRedis) {
      builder.store(store(settings -> settings.handedTime(clock).keyPrefix(prefix)));
    }
    Quotas quotas = builder.build();
    engines.add(quotas);
    return new Side(quotas, stages);
  }

  private static Subject subject(int number) {
    Subject.Builder builder = Subject.builder(Subject.Kind.USER, "user" + number);
    return number % 2 == 0 ? builder.group(Scope.ORG, "acme").build() : builder.build();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void allEnginesSayTheSame(long seed) {
    Side expected = side(false, true, "");
    Side async = side(true, true, "a");
    Side blocking = side(true, false, "b");
    SplittableRandom random = new SplittableRandom(seed);
    for (int step = 0; step < STEPS; step++) {
      long choice = random.nextLong();
      String said = attempted(expected, choice);
      assertThat(attempted(async, choice))
          .as("stages, seed %d, step %d", seed, step)
          .isEqualTo(said);
      assertThat(attempted(blocking, choice))
          .as("waiting, seed %d, step %d", seed, step)
          .isEqualTo(said);
      if (random.nextInt(4) == 0) {
        clock.advance(Duration.ofMillis(random.nextLong(1, 120_000)));
      }
    }
  }

  private static String attempted(Side side, long choice) {
    try {
      return step(side, new SplittableRandom(choice));
    } catch (RuntimeException e) {
      return e.getClass().getName() + ": " + e.getMessage();
    }
  }

  private static String step(Side side, SplittableRandom random) {
    Subject who = subject(random.nextInt(4));
    String quota = QUOTAS[random.nextInt(QUOTAS.length)];
    long units = random.nextInt(5) == 0 ? random.nextLong(0, 3_000) : random.nextLong(0, 60);
    return switch (random.nextInt(14)) {
      case 0, 1, 2 -> charged(side, side.charge(who, List.of(new Charge(quota, units))));
      case 3 ->
          charged(
              side, side.charge(who, List.of(new Charge("small", 1), new Charge("tokens", units))));
      case 4 ->
          charged(
              side,
              side.charge(
                  who,
                  List.of(new Charge(quota, units)),
                  new Idempotency("key" + random.nextInt(3), Duration.ofMinutes(5))));
      case 5, 6 -> {
        Held held = side.reserve(who, quota, units);
        side.reservations.add(held);
        yield described(held.decision().get());
      }
      case 7 -> described(side.states(who));
      case 8 -> described(side.check(who, quota, units));
      case 9 -> described(side.grant(grant(who, quota, units, random)));
      case 10 -> random.nextInt(5) == 0 ? described(side.reset(who, quota)) : "nothing";
      case 11 ->
          side.receipts.isEmpty()
              ? "none"
              : "refund " + side.refund(side.receipts.get(random.nextInt(side.receipts.size())));
      default -> side.reservations.isEmpty() ? "none" : reservation(side, random, units);
    };
  }

  private static GrantRequest grant(
      Subject who, String quota, long units, SplittableRandom random) {
    return GrantRequest.builder(who, quota, units)
        .reason("a test")
        .expiresAt(Instant.parse("2026-12-0" + (1 + random.nextInt(3)) + "T00:00:00Z"))
        .operationId("grant" + random.nextInt(4))
        .build();
  }

  private static String charged(Side side, Decision decision) {
    if (decision instanceof Decision.Allowed allowed) {
      side.receipts.add(allowed.receipt());
    }
    return described(decision);
  }

  private static String reservation(Side side, SplittableRandom random, long units) {
    int newest = side.reservations.size() - 1;
    Held held = side.reservations.get(Math.max(0, newest - random.nextInt(3)));
    return switch (random.nextInt(4)) {
      case 0, 1 -> "used " + held.used().apply(units);
      case 2 -> {
        Settlement settled = held.settle().apply(units);
        yield settled.outcome() + " " + settled.charged() + " " + described(settled.states());
      }
      default -> "refund " + held.refund().get();
    };
  }

  private static String described(Decision decision) {
    String repeated =
        decision instanceof Decision.Allowed allowed ? " " + allowed.isRepetition() : "";
    return decision.getClass().getSimpleName() + repeated + " " + described(decision.states());
  }

  private static String described(QuotaSnapshot states) {
    return states.now()
        + states.quotas().stream().map(EngineTraceTest::described).toList().toString();
  }

  private static String described(QuotaState state) {
    return state.name()
        + " "
        + state.level()
        + " "
        + state.allowed()
        + " "
        + state.nextAvailableAt()
        + state.limits().stream()
            .map(EngineTraceTest::described)
            .collect(Collectors.joining(", ", " [", "]"));
  }

  private static String described(LimitState limit) {
    return limit.name()
        + " "
        + limit.used()
        + limit.reserved()
        + limit.remaining()
        + limit.overage()
        + limit.granted()
        + limit.resetAt();
  }
}
