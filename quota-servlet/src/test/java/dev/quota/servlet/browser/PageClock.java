package dev.quota.servlet.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * The clock of pages, moved by hand: {@code Date}, {@code performance.now} and all timers. Every
 * request that a page sends carries its time in the header {@value #HEADER}, so that a server can
 * follow it.
 */
public final class PageClock {

  /** Holds the milliseconds since 1970 at which the page sent a request. */
  public static final String HEADER = "X-Page-Time";

  private final Browser browser;

  private PageClock(Browser browser) {
    this.browser = browser;
  }

  static PageClock install(Browser browser) {
    try (InputStream in =
        Objects.requireNonNull(PageClock.class.getResourceAsStream("page-clock.js"))) {
      browser.beforeEachPage(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PageClock(browser);
  }

  /** Sets the time at which pages opened from now on begin; without it they begin in 2026. */
  public PageClock startAt(Instant time) {
    browser.beforeEachPage("pageClock.startAt(" + time.toEpochMilli() + ")");
    return this;
  }

  /**
   * Moves the clock on, running what is due on the way, each at its time. Where that sends a
   * request, the time stands still until the answer has come, or for a while if none comes.
   */
  public void advance(Duration time) {
    browser
        .driver()
        .executeAsyncScript(
            "const done = arguments[1]; pageClock.advance(arguments[0]).then(() => done());",
            time.toMillis());
  }

  /** Sets the clock on, as a person or a network does, without any of that time passing. */
  public void jump(Duration time) {
    browser.script("pageClock.jump(arguments[0])", time.toMillis());
  }

  /** Lets everything happen that can happen at this time. */
  public void settle() {
    advance(Duration.ZERO);
  }
}
