package dev.quota;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Releases the permits of charges that are open when their engine is closed. */
final class OpenPermits {

  private static final System.Logger LOG = System.getLogger(OpenPermits.class.getName());
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** How many commands are sent at the same time. Stores accept more than that. */
  private static final int MOST_TOGETHER = 100;

  private OpenPermits() {}

  /** Releases open permits, within a second. The rest is free when its lease ends. */
  static void release(Iterable<Handles.Held> open) {
    long untilNanos = System.nanoTime() + LONGEST.toNanos();
    List<CompletableFuture<Boolean>> underWay = new ArrayList<>();
    for (Handles.Held held : open) {
      if (held instanceof Permits permits && permits.claim()) {
        underWay.add(permits.releaseLater().toCompletableFuture());
        if (underWay.size() == MOST_TOGETHER && !await(underWay, untilNanos)) {
          return;
        }
      }
    }
    boolean unused = await(underWay, untilNanos);
  }

  /** Waits for all commands and clears the list. Returns false if no time is left. */
  private static boolean await(List<CompletableFuture<Boolean>> underWay, long untilNanos) {
    try {
      CompletableFuture<Void> all =
          CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new));
      Object unused = all.get(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      underWay.clear();
      return System.nanoTime() - untilNanos < 0;
    } catch (TimeoutException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The engine was closed before all permits were released; the others lapse.");
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      LOG.log(System.Logger.Level.WARNING, "Permits were not released; they lapse.", e);
      return false;
    }
  }
}
