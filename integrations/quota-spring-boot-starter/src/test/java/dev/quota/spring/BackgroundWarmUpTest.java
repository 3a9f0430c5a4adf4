package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationListener;
import org.springframework.core.io.support.SpringFactoriesLoader;

class BackgroundWarmUpTest {

  private static final class Lines extends Handler {
    private final List<LogRecord> records = new ArrayList<>();

    @Override
    public void publish(LogRecord line) {
      records.add(line);
    }

    @Override
    public void flush() {
      // Nothing is kept back.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  @Test
  void everyApplicationHasIt() {
    assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(ApplicationListener.class))
        .hasAtLeastOneElementOfType(BackgroundWarmUp.class);
  }

  @Test
  void itRunsWithoutAFailureAndSaysNothing() {
    Lines lines = new Lines();
    Logger all = Logger.getLogger("dev.quota");
    Logger own = Logger.getLogger(BackgroundWarmUp.class.getName());
    all.addHandler(lines);
    own.setLevel(Level.FINE);
    try {
      BackgroundWarmUp.run();
    } finally {
      own.setLevel(null);
      all.removeHandler(lines);
    }
    assertThat(lines.records).extracting(LogRecord::getMessage).isEmpty();
  }
}
