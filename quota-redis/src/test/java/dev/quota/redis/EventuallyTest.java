package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EventuallyTest {

  @Test
  void asksUntilItIsSoAndNotOnceMore() {
    AtomicInteger asked = new AtomicInteger();
    Eventually.within(Duration.ofSeconds(5), "three", () -> asked.incrementAndGet() == 3);
    assertThat(asked).hasValue(3);
  }

  @Test
  void saysWhatDidNotHappen() {
    assertThatThrownBy(() -> Eventually.within(Duration.ofMillis(1), "the end", () -> false))
        .hasMessage("not within 1 ms: the end");
  }
}
