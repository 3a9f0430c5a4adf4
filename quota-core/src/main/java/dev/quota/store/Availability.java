package dev.quota.store;

/** When a cost fits into a limit. Values are immutable. */
public sealed interface Availability {

  /** It fits now. */
  record Now() implements Availability {
    static final Now INSTANCE = new Now();
  }

  /**
   * It fits from that moment on, if nothing else is used meanwhile; a millisecond earlier it does
   * not.
   *
   * @param epochMillis milliseconds since the epoch, on the store's clock
   */
  record At(long epochMillis) implements Availability {}

  /** It is more than the limit can ever hold. */
  record Never() implements Availability {
    static final Never INSTANCE = new Never();
  }

  /** It fits when another holder lets go; nobody knows when. */
  record WhenReleased() implements Availability {
    static final WhenReleased INSTANCE = new WhenReleased();
  }

  /**
   * Returns the availability of what fits now.
   *
   * @return {@link Now}
   */
  static Availability now() {
    return Now.INSTANCE;
  }

  /**
   * Returns the availability of what never fits.
   *
   * @return {@link Never}
   */
  static Availability never() {
    return Never.INSTANCE;
  }

  /**
   * Returns the availability of what fits when another holder lets go.
   *
   * @return {@link WhenReleased}
   */
  static Availability whenReleased() {
    return WhenReleased.INSTANCE;
  }
}
