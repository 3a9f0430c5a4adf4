package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.StoreCapability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#PERMITS} about renewals of what is held. */
abstract class RenewalsContract extends StoreContract {

  RenewalsContract() {
    super(StoreCapability.PERMITS);
  }

  @Test
  @Needs(StoreCapability.IDEMPOTENCY)
  void aRenewalHoldsPermitsRecordsAndReservationsAndChangesNoTotal() {
    Operation one = reservation();
    Operation two = charge();
    take(one, ALICE, 5, DAILY, PARALLEL);
    take(two, ALICE, 1, DAILY, PARALLEL);
    for (int i = 0; i < 20; i++) {
      clock.advance(LEASE.minusMillis(1));
      StoreReply reply = renew(hold(one, ALICE, DAILY, PARALLEL), hold(two, ALICE, PARALLEL));
      assertThat(isDone(reply)).isTrue();
      assertThat(reply.entries())
          .containsExactly(new EntryResult(0, List.of()), new EntryResult(0, List.of()));
      assertThat(look(ALICE, PARALLEL).used()).isEqualTo(2);
    }
    assertStands(ALICE, DAILY, 1, 5, 44);
    assertThat(isRepeated(take(two, ALICE, 1, DAILY, PARALLEL))).isTrue();

    clock.advance(LEASE);
    assertThat(look(ALICE, PARALLEL).used()).isZero();
    clock.advance(KEEP.minus(LEASE));
    assertStands(ALICE, DAILY, 6, 0, 44);
    assertThat(isGone(settle(one, 5, ALICE, DAILY))).isTrue();
  }

  @Test
  @Needs({StoreCapability.IDEMPOTENCY, StoreCapability.RESETS})
  void aRenewalSaysOfEachHoldWhetherItIsGone() {
    Operation open = reservation();
    Operation settled = charge();
    Operation over = reservation();
    take(open, entry(ALICE, 1, PARALLEL), entry(ACME, 1, DAILY));
    take(settled, BOB, 1, PARALLEL);
    take(over, ALICE, 1, PARALLEL);
    settle(settled, 1, BOB, PARALLEL);
    settle(over, 1, ALICE, PARALLEL);

    Hold[] holds = {
      hold(settled, BOB, PARALLEL),
      hold(open, ALICE, PARALLEL),
      hold(over, ALICE, PARALLEL),
      hold(open, ACME, DAILY),
      hold(reservation(), IMAGES, BURST)
    };
    assertThat(gone(renew(holds))).containsExactly(true, false, true, false, true);
    assertThat(look(ALICE, PARALLEL).used()).as("of those that are over, none").isEqualTo(1);
    assertThat(look(BOB, PARALLEL).used()).isZero();
    assertThat(isGone(renew(hold(settled, BOB, PARALLEL), hold(over, ALICE, PARALLEL)))).isTrue();

    store.execute(new StoreCommand.Reset(ALICE));
    assertThat(gone(renew(hold(open, ALICE, PARALLEL), hold(open, ACME, DAILY))))
        .containsExactly(true, false);
    assertThat(look(ALICE, PARALLEL).used()).isZero();
  }

  private static List<Boolean> gone(StoreReply reply) {
    assertThat(isDone(reply)).isTrue();
    return reply.entries().stream().map(EntryResult::gone).toList();
  }

  @Test
  void aRenewalKeepsWhatIsHeldWhateverTheHoldSaysAndTakesALapsedPermitAgain() {
    Operation operation = reservation();
    take(operation, ALICE, 5, DAILY, atOnce(1));
    hold(operation, 8, ALICE, DAILY, atOnce(1));
    clock.advance(LEASE);
    take(reservation(), ALICE, 1, atOnce(1));

    renew(hold(operation, ALICE, daily(9), atOnce(9)));

    assertThat(look(ALICE, atOnce(1)).used()).as("it is running, after all").isEqualTo(2);
    assertStands(ALICE, DAILY, 0, 8, 42);
  }

  @Test
  void manyHoldsOfOneKeyAreRenewedTogether() {
    List<Hold> holds = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Operation operation = reservation();
      take(operation, ALICE, 1, atOnce(1_000));
      holds.add(hold(operation, ALICE, atOnce(1_000)));
    }
    clock.advance(LEASE.minusMillis(1));
    assertThat(renew(holds.toArray(Hold[]::new)).entries()).noneMatch(EntryResult::gone);
    clock.advance(LEASE.minusMillis(1));
    assertThat(look(ALICE, atOnce(1_000)).used()).isEqualTo(300);
    clock.advanceMillis(1);
    assertThat(look(ALICE, atOnce(1_000)).used()).isZero();
  }

  @Test
  void aRenewalNamesWhatItRenewsOnce() {
    Hold hold = hold(charge(), ALICE, PARALLEL);
    assertThatThrownBy(() -> renew())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("holds must be 1 to 1000, were 0");
    assertThatThrownBy(() -> renew(hold, hold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("holds must be distinct, one operation is twice on " + ALICE);
    assertThatThrownBy(
            () -> renew(new Hold(ALICE, List.of(PARALLEL), List.of(0L), 0, Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("holds must all have an operation, that on " + ALICE + " has none");
  }
}
