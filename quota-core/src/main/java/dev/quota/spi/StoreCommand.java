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
 * One thing a store is asked to do, completely or not at all. Values are immutable.
 *
 * <p>Later versions may add kinds, each with a {@link StoreCapability} that says so. The interface
 * is not sealed, so that a store which tells the kinds apart has an answer for those that it does
 * not know: an {@link UnsupportedOperationException}.
 */
public interface StoreCommand {

  /**
   * Returns what a store must be able to do to carry this out.
   *
   * @return capabilities, none for what every store can do
   */
  Set<StoreCapability> needs();

  /**
   * Takes units of all entries, or refuses.
   *
   * <p>With an operation, the store remembers what it took of each key. If a record of it is known
   * on any of the keys, the command is a repetition: it changes nothing, and the reply is {@link
   * StoreReply.Outcome#REPEATED} with what was taken then and the present numbers, whatever fits
   * now. A refused take is not remembered, nor is one that took nothing.
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
   * Reads the entries and says whether their cost would fit. Changes and creates nothing.
   *
   * @param entries at least one, with distinct keys
   * @param isStep whether a decision about a charge depends on it. A store that has too much to do
   *     may refuse any other ({@link QuotaStoreException#shed}), but not one of these
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
     * Asks for states that no decision depends on.
     *
     * @param entries at least one, with distinct keys
     * @throws IllegalArgumentException if there are none, or two share a key
     */
    public Peek(List<Entry> entries) {
      this(entries, false);
    }
  }

  /**
   * Sets held totals. A smaller total gives the difference back to the window it was taken from,
   * latest first, and drops it where that window has ended; a larger one charges the current
   * window.
   *
   * <p>For holds with an operation, totals are relative to what its record says, so that a
   * repetition changes nothing. Changes whose record is not open any more change nothing; if that
   * is true of all, the reply is {@link StoreReply.Outcome#GONE}. Of changes of one quota whose
   * growth is bounded, all come to one total: the largest that fits all their limits, but never
   * less than is held.
   *
   * @param changes the new totals, at least one; those with an operation have distinct keys and no
   *     change without one beside them
   * @param last true if the operation is over: nothing is reserved any more and its places are
   *     free. False renews: record, reservation and places count for the operation's time and the
   *     lease from now on. Of no meaning without an operation
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
     * Returns whether the changes are of operations.
     *
     * @return true if all holds have one, false if none has
     */
    public boolean isRemembered() {
      return changes.get(0).hold().operation().isPresent();
    }
  }

  /**
   * Keeps operations from being forgotten, and changes no total: the record of each hold, what it
   * reserves, and its permits of limits on how many at once count for the operation's time and the
   * limit's lease from now on. Only the concurrent limits of a hold matter, and neither its units
   * nor its ends do.
   *
   * <p>The reply has one entry per hold, without numbers: it says which are gone. If all are, the
   * reply is {@link StoreReply.Outcome#GONE}. Holds are renewed one after the other, as if each
   * came in a command of its own, so a command that fails may have renewed some of them. Sending it
   * again does no harm.
   *
   * @param holds what to renew: 1 to {@link #MAX_HOLDS}, each with an operation; several may be on
   *     one key, and several of one operation
   */
  record Renew(List<Hold> holds) implements StoreCommand {

    /** How many holds one command can have, so that it delays no other for long. */
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
   * Adds a grant balance of extra units to one calendar limit. They are spent after the window's
   * own allowance, those that expire first before others, and once: what is left goes on into the
   * next window, until it has expired.
   *
   * <p>Of a window that grants 50 and has used 53, a grant balance of 10 has paid 3: 7 are left,
   * also in the next window. An unlimited limit keeps its grant balances unspent.
   *
   * <p>GrantBalances that expire together become one. A limit holds at most {@link #MAX_BALANCES},
   * and at most {@link Capacity#MAX_UNITS} units in them: a grant beyond that is {@link
   * StoreReply.Outcome#REFUSED}. One that has expired already adds nothing.
   *
   * @param key whose counts
   * @param limit the limit that gets them
   * @param units how many, more than 0
   * @param expiresAt when what is left of them is gone, cut to whole milliseconds
   * @param operation makes the grant repeatable; a reset does not forget it
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
   * Forgets all counts of one key, so that its limits are full and nobody holds a place. Grant
   * balances keep what is left of them. Operations on that key are forgotten: settling one is
   * {@link StoreReply.Outcome#GONE}.
   *
   * @param key whose counts
   */
  record Reset(Key key) implements StoreCommand {

    /**
     * Checks that the key is there.
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
