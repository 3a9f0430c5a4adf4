package dev.quota.spi;

import dev.quota.policy.Capacity;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A command to a store, which is applied completely or not at all. Values are immutable.
 *
 * <p>Later versions may add kinds of commands, each with a {@link StoreCapability}. The interface
 * is not sealed, so that a store must handle kinds that it does not know: it throws an {@link
 * UnsupportedOperationException}.
 */
public interface StoreCommand {

  /**
   * Returns the capabilities that a store needs for this command.
   *
   * @return the capabilities; empty if every store can execute it
   */
  Set<StoreCapability> needs();

  /**
   * Takes units of all entries, or refuses.
   *
   * <p>With an operation, the store remembers what it took of each key. If any of the keys has a
   * record of the operation, the command is a repetition. It changes nothing. The reply is {@link
   * StoreReply.Outcome#REPEATED}, with what was taken the first time and the present numbers. A
   * take that was refused or took nothing is not remembered.
   *
   * @param entries at least one, with distinct keys
   * @param operation present if the command must be remembered
   */
  record Take(List<Entry> entries, Optional<Operation> operation) implements StoreCommand {

    /**
     * Checks the entries.
     *
     * @param entries the component
     * @param operation the component
     * @throws IllegalArgumentException if there are none, two share a key, or a concurrent limit
     *     has no operation that is remembered for at least its lease
     */
    public Take {
      entries = CommandChecks.distinct(entries);
      Objects.requireNonNull(operation, "operation");
      CommandChecks.requireOutlivesLeases(operation, entries);
    }

    @Override
    public Set<StoreCapability> needs() {
      return CommandNeeds.ofTake(entries, operation);
    }
  }

  /**
   * Reports on the entries and whether their cost would fit. Changes and creates nothing.
   *
   * @param entries at least one, with distinct keys
   * @param isStep whether a decision about a charge depends on it. An overloaded store may refuse
   *     all others ({@link QuotaStoreException#shed}), but not these
   */
  record Peek(List<Entry> entries, boolean isStep) implements StoreCommand {

    /**
     * Checks the entries.
     *
     * @param entries the component
     * @param isStep the component
     * @throws IllegalArgumentException if there are none, or two share a key
     */
    public Peek {
      entries = CommandChecks.distinct(entries);
    }

    @Override
    public Set<StoreCapability> needs() {
      return CommandNeeds.ofPeek(entries);
    }

    /**
     * Creates a peek on which no decision depends.
     *
     * @param entries at least one, with distinct keys
     * @throws IllegalArgumentException if there are none, or two share a key
     */
    public Peek(List<Entry> entries) {
      this(entries, false);
    }
  }

  /**
   * Sets the totals of holds. A smaller total refunds the difference to the windows it was taken
   * from, the latest first. A window that has ended gets nothing. A larger total charges the
   * current window.
   *
   * <p>For holds with an operation, the difference is computed from the operation's record, so that
   * a repetition changes nothing. A change whose record is not open any more changes nothing. If no
   * record is open, the reply is {@link StoreReply.Outcome#GONE}. Changes of one quota with bounded
   * growth get one common total: the largest that fits all their limits, but never less than is
   * held.
   *
   * @param changes the new totals, at least one. Either all have an operation and distinct keys, or
   *     none has an operation
   * @param last true if the operation is over: nothing is reserved any more and its permits are
   *     free. False renews the record, the reservation and the permits for the operation's time and
   *     the lease from now on. Without an operation it has no meaning
   */
  record Settle(List<Change> changes, boolean last) implements StoreCommand {

    /**
     * Checks the changes.
     *
     * @param changes the component
     * @param last the component
     * @throws IllegalArgumentException if there are none, only some have an operation, or two of
     *     those share a key
     */
    public Settle {
      changes = CommandChecks.alike(changes);
    }

    @Override
    public Set<StoreCapability> needs() {
      return CommandNeeds.ofSettle(changes, last);
    }

    /**
     * Returns whether the changes have operations.
     *
     * @return true if all holds have one, false if none has
     */
    public boolean isRemembered() {
      return changes.get(0).hold().operation().isPresent();
    }
  }

  /**
   * Renews operations without a change of totals. The record of each hold, what it reserves, and
   * its permits last for the operation's time and the limit's lease from now on. Only the
   * concurrent limits of a hold are used, and not its units or ends.
   *
   * <p>The reply has one entry per hold, without numbers, which says whether the hold is gone. If
   * all are gone, the reply is {@link StoreReply.Outcome#GONE}. Holds are renewed one after the
   * other, like separate commands. So a command that fails may have renewed some of them. It can
   * safely be sent again.
   *
   * @param holds what to renew: 1 to {@link #MAX_HOLDS}, each with an operation; several may be on
   *     one key, and several of one operation
   */
  record Renew(List<Hold> holds) implements StoreCommand {

    /** How many holds one command can have. The bound keeps it from delaying others. */
    public static final int MAX_HOLDS = 1_000;

    /**
     * Checks the holds.
     *
     * @param holds the component
     * @throws IllegalArgumentException if there are none or too many, one has no operation, or two
     *     are of one operation on one key
     */
    public Renew {
      holds = CommandChecks.distinctHolds(holds);
    }

    @Override
    public Set<StoreCapability> needs() {
      return CommandNeeds.ofRenew(holds);
    }
  }

  /**
   * Adds a grant balance of extra units to one calendar or session limit. They are spent once,
   * after the window's own capacity is used up. Balances that expire first are spent first. What is
   * left stays for the next window, until it expires.
   *
   * <p>If a window has a capacity of 50 and a use of 53, a grant balance of 10 has paid 3. The
   * other 7 are left, also for the next window. An unlimited limit does not spend its grant
   * balances.
   *
   * <p>Grant balances with the same expiry become one. A limit holds at most {@link #MAX_BALANCES}
   * of them, with at most {@link Capacity#MAX_UNITS} units together. A grant beyond that is {@link
   * StoreReply.Outcome#REFUSED}. A grant that has expired already adds nothing.
   *
   * @param key the key of the counts
   * @param limit the limit that gets them
   * @param units how many, more than 0
   * @param expiresAt when what is left of them expires, cut to whole milliseconds
   * @param operation makes a repetition harmless; a reset does not forget it
   */
  record Grant(Key key, LimitSpec limit, long units, Instant expiresAt, Operation operation)
      implements StoreCommand {

    /** How many grant balances, of different expiry, one limit can have. */
    public static final int MAX_BALANCES = 16;

    /**
     * Checks the values.
     *
     * @param key the component
     * @param limit the component
     * @param units the component
     * @param expiresAt the component
     * @param operation the component
     * @throws IllegalArgumentException if units are not positive, the expiry is out of range, the
     *     limit is not a calendar one, or the operation is a reservation
     */
    public Grant {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(limit, "limit");
      Objects.requireNonNull(expiresAt, "expiresAt");
      Objects.requireNonNull(operation, "operation");
      CommandChecks.requireGrantable(limit, units, expiresAt, operation);
    }

    @Override
    public Set<StoreCapability> needs() {
      return Set.of(StoreCapability.GRANTS);
    }
  }

  /**
   * Forgets all counts of one key, so that its limits are full and no permit is held. Grant
   * balances keep what is left of them. Operations on that key are forgotten. To settle one is
   * {@link StoreReply.Outcome#GONE}.
   *
   * @param key the key of the counts
   */
  record Reset(Key key) implements StoreCommand {

    /**
     * Checks that the key is not null.
     *
     * @param key the component
     */
    public Reset {
      Objects.requireNonNull(key, "key");
    }

    @Override
    public Set<StoreCapability> needs() {
      return Set.of(StoreCapability.RESETS);
    }
  }
}
