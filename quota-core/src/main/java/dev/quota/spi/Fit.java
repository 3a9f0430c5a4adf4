package dev.quota.spi;

/** When a cost fits into a limit. Values are immutable. */
public sealed interface Fit {

  /** It fits now. */
  record Now() implements Fit {
    static final Now INSTANCE = new Now();
  }

  /**
   * It fits from that moment on, if nothing else is used meanwhile; a millisecond earlier it does
   * not.
   *
   * @param epochMillis milliseconds since the epoch, on the store's clock
   */
  record At(long epochMillis) implements Fit {}

  /** It is more than the limit can ever hold. */
  record Never() implements Fit {
    static final Never INSTANCE = new Never();
  }

  /** It fits when another holder lets go; nobody knows when. */
  record WhenReleased() implements Fit {
    static final WhenReleased INSTANCE = new WhenReleased();
  }

  /**
   * Returns the fit of what can be had at once.
   *
   * @return {@link Now}
   */
  static Fit now() {
    return Now.INSTANCE;
  }

  /**
   * Returns the fit of what can never be had.
   *
   * @return {@link Never}
   */
  static Fit never() {
    return Never.INSTANCE;
  }

  /**
   * Returns the fit of what can be had when another holder lets go.
   *
   * @return {@link WhenReleased}
   */
  static Fit whenReleased() {
    return WhenReleased.INSTANCE;
  }
}
