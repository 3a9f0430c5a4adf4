package dev.quota;

import dev.quota.spi.Operation;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether the store still remembers a reservation, by the results of its renewals and growths.
 * Thread-safe.
 */
final class StoreMemory implements Lease.Owner {

  /**
   * The longest time of renewal: longer than any request or run of agents, so that leaked
   * reservations end.
   */
  static final Duration CEILING = Duration.ofHours(24);

  private final Maintenance maintenance;
  private final String quota;
  private final Caller caller;
  private final Operation operation;
  private final LongSupplier elapsedMillis;

  /** When the store was last asked successfully to remember it, in elapsed milliseconds. */
  private volatile long rememberedMillis;

  private volatile long askedMillis;
  private volatile boolean forgotten;

  /** True if another node may have settled it. */
  private volatile boolean handedOut;

  /**
   * Creates the memory of a reservation that was just made.
   *
   * @param askedMillis when its store was asked, in elapsed milliseconds
   */
  StoreMemory(
      Maintenance maintenance,
      String quota,
      Caller caller,
      Operation operation,
      LongSupplier elapsedMillis,
      long askedMillis) {
    this.maintenance = maintenance;
    this.quota = quota;
    this.caller = caller;
    this.operation = operation;
    this.elapsedMillis = elapsedMillis;
    this.rememberedMillis = askedMillis;
    this.askedMillis = askedMillis;
  }

  Caller caller() {
    return caller;
  }

  /** Returns the operation under which the store remembers it. */
  Operation operation() {
    return operation;
  }

  /** Notes that from now on another node may settle it. */
  void handOut() {
    handedOut = true;
  }

  /** Notes that the store remembers it for its full time from a moment on. */
  void remembered(long sinceMillis) {
    rememberedMillis = sinceMillis;
  }

  boolean isForgotten() {
    return forgotten;
  }

  /**
   * Returns whether the store has forgotten it because it was not renewed in time. Then no other
   * node has settled it.
   */
  boolean hasLapsed() {
    return !handedOut && elapsedMillis.getAsLong() - rememberedMillis >= operation.keepMillis();
  }

  @Override
  public void asking() {
    askedMillis = elapsedMillis.getAsLong();
  }

  @Override
  public void renewed() {
    rememberedMillis = askedMillis;
  }

  @Override
  public void gone() {
    forgotten = true;
  }

  @Override
  public void lapsed(String limit, Duration maxDuration) {
    maintenance.warnOfCeiling(caller, quota + "." + limit, maxDuration);
  }

  @Override
  public void lapsed() {
    maintenance.warnOfReservation(caller, quota, CEILING);
  }
}
