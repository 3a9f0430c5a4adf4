package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Permits that many threads take and release in every way there is. */
@Timeout(120)
final class PermitRaceTest {

  private static final int CAPACITY = 20;
  private static final int OF_ALL = 50;

  private final Quotas quotas =
      Quotas.builder()
          .policy(
              QuotaPolicy.builder("chat")
                  .limit("running", CAPACITY + " at once")
                  .limit("all", OF_ALL + " at once per org")
                  .build())
          .build();

  private static Subject subject(int number) {
    return Subject.builder(Subject.Kind.USER, "user" + number).group(Scope.ORG, "acme").build();
  }

  private long held(Subject subject, int limit) {
    return quotas.states(subject).quotas().get(0).limits().get(limit).used().orElseThrow();
  }

  @Test
  void neverMoreThanTheCapacityRunsAndNothingIsLeft() throws Exception {
    AtomicInteger all = new AtomicInteger();
    List<AtomicInteger> running = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      running.add(new AtomicInteger());
    }
    AtomicInteger admitted = new AtomicInteger();
    Race.run(
        24,
        thread -> {
          SplittableRandom random = new SplittableRandom(thread);
          List<Runnable> open = new ArrayList<>();
          for (int i = 0; i < 2_000; i++) {
            int who = random.nextInt(4);
            if (open.size() > 3 || (!open.isEmpty() && random.nextBoolean())) {
              open.remove(random.nextInt(open.size())).run();
            } else if (random.nextInt(4) == 0) {
              Reservation reservation = quotas.reserve(subject(who), "chat", 1);
              if (reservation.isAllowed()) {
                open.add(entered(running.get(who), all, reservation::close));
                admitted.incrementAndGet();
              }
            } else if (quotas.charge(subject(who), "chat", 1) instanceof Decision.Allowed allowed) {
              Receipt receipt = allowed.receipt();
              open.add(
                  entered(
                      running.get(who),
                      all,
                      random.nextInt(3) == 0 ? () -> quotas.refund(receipt) : receipt::close));
              admitted.incrementAndGet();
            }
          }
          open.forEach(Runnable::run);
        });

    assertThat(admitted.get()).isGreaterThan(5_000);
    for (int i = 0; i < 4; i++) {
      assertThat(held(subject(i), 0)).isZero();
    }
    assertThat(held(subject(0), 1)).isZero();
    assertThat(quotas.engine().maintenance().size()).isZero();
    assertThat(quotas.engine().maintenance().open()).as("no handle is watched any more").isEmpty();
    quotas.close();
  }

  /** Counts work in and, before its permit is released, out again. */
  private static Runnable entered(AtomicInteger running, AtomicInteger all, Runnable release) {
    assertThat(running.incrementAndGet()).isLessThanOrEqualTo(CAPACITY);
    assertThat(all.incrementAndGet()).isLessThanOrEqualTo(OF_ALL);
    return () -> {
      running.decrementAndGet();
      all.decrementAndGet();
      release.run();
    };
  }

  @Test
  void closingAndGivingBackAtOneMomentEndsAChargeOnce() throws Exception {
    for (int round = 0; round < 300; round++) {
      Subject alice = subject(round);
      Receipt receipt = ((Decision.Allowed) quotas.charge(alice, "chat", 1)).receipt();
      Receipt other = ((Decision.Allowed) quotas.charge(alice, "chat", 1)).receipt();
      ConcurrentHashMap<Integer, Boolean> returned = new ConcurrentHashMap<>();
      Race.run(
          3,
          thread -> {
            if (thread == 0) {
              receipt.close();
            } else {
              returned.put(thread, quotas.refund(receipt));
            }
          });
      assertThat(returned.values().stream().filter(it -> it).count()).isLessThanOrEqualTo(1);
      assertThat(held(alice, 0)).as("the other's").isEqualTo(1);
      other.close();
    }
    quotas.close();
  }
}
