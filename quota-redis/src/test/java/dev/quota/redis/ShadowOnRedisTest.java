package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaEvent;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Mode;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.QuotaStore;
import dev.quota.store.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Limits in shadow mode do the same on Redis as in the process. */
final class ShadowOnRedisTest extends OnRedis {

  private static final QuotaPolicy TRIED =
      QuotaPolicy.builder("tried")
          .limit("daily", "4 per calendar day")
          .limit("org", "9 per calendar day per org")
          .mode(Mode.SHADOW)
          .build();
  private static final QuotaPolicy CHAT =
      QuotaPolicy.builder("chat")
          .limit("daily", "20 per calendar day")
          .limit(LimitPolicy.of("hourly", "5 per hour").withMode(Mode.SHADOW))
          .limit(LimitPolicy.of("all", "12 per calendar day per org").withMode(Mode.SHADOW))
          .limit(LimitPolicy.of("steps", "6 calls per conversation").withMode(Mode.SHADOW))
          .build();

  private static final class Node {
    final List<String> events = new ArrayList<>();
    final Quotas quotas;

    Node(QuotaStore store, ManualClock clock) {
      quotas =
          Quotas.builder()
              .store(store)
              .clock(clock)
              .policies(Policies.builder().quota(TRIED).quota(CHAT).build())
              .listener(this::heard)
              .build();
    }

    private void heard(QuotaEvent event) {
      if (event instanceof QuotaEvent.ShadowRefused refused) {
        events.add(refused.quota() + " " + refused.reason());
      }
    }

    String charge(Subject subject, SplittableRandom random) {
      List<Charge> charges = new ArrayList<>();
      charges.add(new Charge(random.nextBoolean() ? "chat" : "tried", 1 + random.nextInt(3)));
      if (random.nextInt(3) == 0) {
        charges.add(new Charge("chat", 1));
      }
      Decision decision = quotas.charge(subject, charges);
      boolean refunded =
          random.nextInt(4) == 0
              && decision instanceof Decision.Allowed allowed
              && quotas.refund(allowed.receipt());
      return decision.isAllowed() + " " + refunded + " " + counts(subject);
    }

    String reserve(Subject subject, SplittableRandom random) {
      try (Reservation held = quotas.reserve(subject, "chat", 1 + random.nextInt(3))) {
        boolean goesOn = held.isAllowed() && held.used(1 + random.nextInt(4));
        return goesOn
            + " "
            + (held.isAllowed() ? held.settle(random.nextInt(5)).charged() : -1)
            + counts(subject);
      }
    }

    String counts(Subject subject) {
      return quotas.states(subject).quotas().stream()
          .map(QuotaState::shadow)
          .map(
              state ->
                  state.orElseThrow().limits().stream()
                      .map(limit -> limit.name() + "=" + limit.used().orElse(-1))
                      .toList()
                      .toString())
          .toList()
          .toString();
    }
  }

  @Test
  void theSameIsCountedAndToldAsInTheProcess() {
    Node redis = new Node(store(), clock);
    Node process = new Node(InMemoryQuotaStore.builder().clock(clock).build(), clock);
    for (long seed = 0; seed < 40; seed++) {
      Subject subject =
          Subject.builder(Subject.Kind.USER, "alice-" + seed)
              .group(Scope.ORG, "acme-" + seed)
              .conversation("run-" + seed)
              .build();
      for (int i = 0; i < 20; i++) {
        SplittableRandom random = new SplittableRandom(seed * 100 + i);
        boolean reserves = random.nextInt(4) == 0;
        SplittableRandom same = new SplittableRandom(seed * 1_000 + i);
        SplittableRandom again = new SplittableRandom(seed * 1_000 + i);
        String here = reserves ? process.reserve(subject, same) : process.charge(subject, same);
        assertThat(reserves ? redis.reserve(subject, again) : redis.charge(subject, again))
            .as("seed %s, step %s", seed, i)
            .isEqualTo(here);
        assertThat(redis.events).as("seed %s, step %s", seed, i).isEqualTo(process.events);
      }
    }
    assertThat(redis.events).hasSizeGreaterThan(100);
  }
}
