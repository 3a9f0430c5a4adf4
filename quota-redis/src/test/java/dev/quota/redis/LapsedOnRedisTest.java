package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reservations that Redis forgot by its own time, because nobody renewed them. */
final class LapsedOnRedisTest extends OnRedis {

  private static final Subject ALICE = Subject.user("alice");

  private Quotas quotas;

  /** A store that renewals do not reach, as if the process had paused. */
  private record NoRenewals(QuotaStore store) implements QuotaStore {

    @Override
    public Set<StoreCapability> capabilities() {
      return store.capabilities();
    }

    @Override
    public StoreReply execute(StoreCommand command) {
      if (command instanceof StoreCommand.Renew
          || (command instanceof StoreCommand.Settle settle && !settle.last())) {
        throw new QuotaStoreException("paused", QuotaStoreException.Applied.NO, null);
      }
      return store.execute(command);
    }

    @Override
    public StoreHealth health() {
      return store.health();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  @BeforeEach
  void open() {
    quotas =
        Quotas.builder()
            .store(
                new NoRenewals(
                    RedisQuotaStore.builder(redis.address()).timeBudget(PATIENCE).build()))
            .reservationKeep(Duration.ofSeconds(1))
            .policy(
                QuotaPolicy.builder("tokens").limit("monthly", "1000 per calendar month").build())
            .build();
  }

  @AfterEach
  void close() {
    quotas.close();
  }

  private long used() {
    return quotas.states(ALICE).quotas().get(0).primary().used().orElseThrow();
  }

  /** Waits until Redis has forgotten what was reserved, by its time. */
  private void forget() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (quotas.states(ALICE).quotas().get(0).primary().reserved().orElse(0) > 0) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  void whatLapsedIsSettledToWhatWasUsedOnce() throws Exception {
    Reservation less = quotas.reserve(ALICE, "tokens", 400);
    Reservation more = quotas.reserve(ALICE, "tokens", 100);
    Reservation failed = quotas.reserve(ALICE, "tokens", 50);
    forget();
    assertThat(used()).isEqualTo(550);

    assertThat(less.settle(150).outcome()).isEqualTo(Settlement.Outcome.SETTLED);
    assertThat(less.settle(150).charged()).isEqualTo(150);
    assertThat(more.settle(300).charged()).isEqualTo(300);
    assertThat(failed.refund()).isTrue();

    assertThat(used()).isEqualTo(450);
  }

  @Test
  void whatAnotherNodeSettledIsNotSettledAgain() throws Exception {
    Reservation here = quotas.reserve(ALICE, "tokens", 400);
    quotas.resume(ALICE, "tokens", here.id().orElseThrow()).settle(150);
    Reservation other = quotas.reserve(ALICE, "tokens", 10);
    forget();
    assertThat(here.settle(300).outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(other.settle(10).charged()).isEqualTo(10);
    assertThat(used()).isEqualTo(160);
  }
}
