package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreBuilderTest {

  private final RedisQuotaStoreBuilder builder = RedisQuotaStore.builder("redis://127.0.0.1:1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "q",
        "my-app:quota_1.",
        "0123456789012345678901234567890123456789012345678901234567890123"
      })
  void takesAPrefixOfHarmlessLetters(String prefix) {
    assertThat(builder.keyPrefix(prefix).keyPrefix).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a{b",
        "a}b",
        "ä",
        "a*",
        "a\n",
        "01234567890123456789012345678901234567890123456789012345678901234"
      })
  void refusesAPrefixThatWouldBreakKeys(String prefix) {
    assertThatThrownBy(() -> builder.keyPrefix(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "prefix must be 1 to 64 letters, digits or any of : . _ -, was \"" + prefix + "\"");
  }

  @Test
  void refusesABudgetThatNobodyCanKeepOrWaitFor() {
    assertThatCode(() -> builder.timeBudget(Duration.ofMillis(5))).doesNotThrowAnyException();
    assertThatCode(() -> builder.timeBudget(Duration.ofSeconds(10))).doesNotThrowAnyException();
    for (Duration wrong :
        new Duration[] {
          Duration.ZERO,
          Duration.ofMillis(-1),
          Duration.ofMillis(5).minusNanos(1),
          Duration.ofSeconds(10).plusNanos(1)
        }) {
      assertThatThrownBy(() -> builder.timeBudget(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("budget must be between PT0.005S and PT10S, was " + wrong);
    }
  }

  @Test
  void refusesAShortSecretWithoutShowingItAndCopiesALongOne() {
    byte[] secret = new byte[16];
    builder.secret(secret);
    Arrays.fill(secret, (byte) 1);

    assertThat(builder.secret.orElseThrow()).containsOnly(0);
    assertThatThrownBy(() -> builder.secret(new byte[15]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key must be at least 16 bytes, was 15");
  }

  @Test
  void refusesNumbersBelowTheLeast() {
    assertThatThrownBy(() -> builder.failuresBeforeOpen(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("failures must be at least 1, was 0");
    assertThatThrownBy(() -> builder.maxCallsInFlight(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("calls must be at least 1, was 0");
    assertThatThrownBy(() -> builder.probeInterval(Duration.ofMillis(9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interval must be at least PT0.01S, was PT0.009S");
    assertThatThrownBy(() -> builder.startUpWait(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("wait must not be negative, was PT-0.000000001S");
    assertThatCode(
            () ->
                builder
                    .failuresBeforeOpen(1)
                    .maxCallsInFlight(1)
                    .probeInterval(Duration.ofMillis(10))
                    .startUpWait(Duration.ZERO))
        .doesNotThrowAnyException();
  }

  @Test
  void hasTheDefaultsThatTheDocumentationNames() {
    assertThat(builder.keyPrefix).isEqualTo("q");
    assertThat(builder.timeBudget).isEqualTo(Duration.ofMillis(250));
    assertThat(builder.probeInterval).isEqualTo(Duration.ofMillis(500));
    assertThat(builder.startUpWait).isEqualTo(Duration.ofSeconds(2));
    assertThat(builder.secret).isEmpty();
    assertThat(builder.handedTime).isEmpty();
    assertThat(builder.combining).isTrue();
    assertThat(builder.failuresBeforeOpen).isEqualTo(5);
    assertThat(builder.maxCallsInFlight).isEqualTo(1_000);
  }
}
