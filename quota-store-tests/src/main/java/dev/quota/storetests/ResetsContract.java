package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.store.StoreCapability;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#RESETS}: what was used is forgotten. */
public abstract class ResetsContract extends StoreContract {

  /** Creates the suite. */
  protected ResetsContract() {
    super(StoreCapability.RESETS);
  }

  @Test
  void aResetMakesAllLimitsFull() {
    take(ALICE, 10, BURST, DAILY);
    take(BOB, 10, BURST);

    store.execute(new StoreCommand.Reset(ALICE));

    assertThat(look(ALICE, BURST).used()).isZero();
    assertThat(look(ALICE, DAILY).used()).isZero();
    assertThat(look(BOB, BURST).used()).isEqualTo(10);
  }

  @Test
  @Needs({StoreCapability.IDEMPOTENCY, StoreCapability.PERMITS, StoreCapability.GRANTS})
  void aResetForgetsUseOperationsAndPermitsAndKeepsWhatIsLeftOfGrantBalances() {
    Operation operation = reservation();
    Operation again = charge();
    grant(ALICE, DAILY, 10, MIDNIGHT.plusSeconds(1));
    plain(ALICE, 50, DAILY);
    take(operation, ALICE, 3, DAILY, PARALLEL);
    take(again, ALICE, 1, DAILY, PARALLEL);

    store.execute(new StoreCommand.Reset(ALICE));

    assertThat(look(ALICE, DAILY).granted()).isEqualTo(6);
    assertThat(look(ALICE, DAILY).peakAfter()).isZero();
    assertStands(ALICE, DAILY, 0, 0, 56);
    assertThat(look(ALICE, PARALLEL).used()).isZero();
    assertThat(isGone(settle(operation, 9, ALICE, DAILY, PARALLEL))).isTrue();
    take(again, ALICE, 1, DAILY);
    assertThat(look(ALICE, DAILY).used()).as("charged anew").isEqualTo(1);
  }
}
