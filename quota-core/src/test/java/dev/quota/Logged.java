package dev.quota;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears what one logger says, and keeps it from the console. */
final class Logged extends Handler implements AutoCloseable {

  private final List<String> messages = new CopyOnWriteArrayList<>();

  /** Loggers without a strong reference are forgotten. */
  private final Logger logger;

  private Logged(Logger logger) {
    this.logger = logger;
  }

  static Logged of(Class<?> type) {
    Logged logged = new Logged(Logger.getLogger(type.getName()));
    logged.logger.addHandler(logged);
    logged.logger.setUseParentHandlers(false);
    return logged;
  }

  List<String> messages() {
    return messages;
  }

  @Override
  public void publish(LogRecord logRecord) {
    messages.add(logRecord.getMessage());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
