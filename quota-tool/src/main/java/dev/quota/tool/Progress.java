package dev.quota.tool;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Shows the progress of long work. It writes to a terminal only, so that piped output stays clean.
 */
final class Progress implements LongConsumer {

  private static final long STEP_NANOS = 500_000_000;

  private final PrintWriter err;
  private final long total;
  private final boolean shown;
  private long nextNanos = System.nanoTime() + STEP_NANOS;
  private boolean printed;

  Progress(PrintWriter err, long total, boolean shown) {
    this.err = err;
    this.total = total;
    this.shown = shown;
  }

  /** Starts to show how much of a file was read. */
  static Progress ofFile(PrintWriter err, String file) {
    long size = 0;
    try {
      size = "-".equals(file) ? 0 : Files.size(Path.of(file));
    } catch (IOException e) {
      size = 0; // the reader of the file reports the error
    }
    return new Progress(err, size, isTerminal());
  }

  @SuppressWarnings("SystemConsoleNull") // isTerminal, from Java 22 on, is called too
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From Java 22 on, there is a console also if all streams are piped.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // before Java 22, there is a console on a terminal only
    }
  }

  @Override
  public void accept(long done) {
    if (!shown || System.nanoTime() < nextNanos) {
      return;
    }
    nextNanos = System.nanoTime() + STEP_NANOS;
    printed = true;
    String text = total > 0 ? Math.min(100, done * 100 / total) + " %" : done / 1_000_000 + " MB";
    err.print("\r" + text + " read ");
    err.flush();
  }

  /** Removes what was shown. */
  void end() {
    if (printed) {
      err.print("\r" + " ".repeat(24) + "\r");
      err.flush();
    }
  }
}
