package dev.quota.store;

/** When a cost fits into a limit. Values are immutable. */
public sealed interface Availability {

  /** It fits now. */
  record Now() implements Availability {
    static final Now INSTANCE = new Now();
  }

  /**
   * It fits from a moment on, if nothing else is used until then. A millisecond earlier it does not
   * fit.
   *
   * @param epochMillis milliseconds since the epoch, on the store's clock
   */
  record At(long epochMillis) implements Availability {}

  /** It is more than the limit can ever hold. */
  record Never() implements Availability {
    static final Never INSTANCE = new Never();
  }

  /** It fits when another operation releases its permit. That moment is not known. */
  record WhenReleased() implements Availability {
    static final WhenReleased INSTANCE = new WhenReleased();
  }

  /**
   * Returns the availability of a cost that fits now.
   *
   * @return {@link Now}
   */
  static Availability now() {
    return Now.INSTANCE;
  }

  /**
   * Returns the availability of a cost that never fits.
   *
   * @return {@link Never}
   */
  static Availability never() {
    return Never.INSTANCE;
  }

  /**
   * Returns the availability of a cost that fits when another operation releases its permit.
   *
   * @return {@link WhenReleased}
   */
  static Availability whenReleased() {
    return WhenReleased.INSTANCE;
  }
}
