package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisAddressTest {

  @ParameterizedTest
  @CsvSource({
    "redis://localhost, redis://localhost:6379, 0",
    "redis://localhost/, redis://localhost:6379, 0",
    "redis://10.0.0.7:7000/12, redis://10.0.0.7:7000, 12",
    "rediss://redis.example.org, rediss://redis.example.org:6379, 0",
    "redis://[::1]:7000/3, redis://[::1]:7000, 3",
    "redis://h:1, redis://h:1, 0",
    "redis://h:65535, redis://h:65535, 0",
  })
  void readsServerAndDatabase(String address, String server, int database) {
    RedisAddress parsed = RedisAddress.parse(address);

    assertThat(parsed.server()).isEqualTo(server);
    assertThat(parsed.database()).isEqualTo(database);
    assertThat(parsed.user()).isEmpty();
    assertThat(parsed.password()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "redis://anna:secret@h, anna, secret",
    "redis://:secret@h:7000, '', secret",
    "redis://a%40b:p%3Aq%2Fr%40s@h, a@b, p:q/r@s",
    "redis://anna:one:two@h, anna, one:two",
    "redis://anna:a+b%2Bc@h, anna, a+b+c",
  })
  void readsUserAndPassword(String address, String user, String password) {
    RedisAddress parsed = RedisAddress.parse(address);

    assertThat(parsed.user()).isEqualTo(Optional.of(user).filter(name -> !name.isEmpty()));
    assertThat(parsed.password()).hasValue(password);
    assertThat(parsed.server()).doesNotContain(password).doesNotContain("@");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:6379",
        "http://localhost",
        "REDIS://localhost",
        "redis:localhost",
        "redis://",
        "redis:///1",
        "redis://anna@h",
        "redis://anna:@h",
        "redis://h/one",
        "redis://h/1/2",
        "redis://h/12345",
        "redis://h/-1",
        "redis://h?timeout=1",
        "redis://h#a",
        "redis://h:port",
        "redis://h:0",
        "redis://h:65536",
        "redis://anna:se cret@h",
        "redis://anna:hush@h:70000",
        "redis://anna:hush@h?x",
        "redis://anna:hush@h/x",
        "redis://anna:hush@",
        "redis://anna:hu%sh@h",
      })
  void refusesWhatIsMalformedWithoutRepeatingIt(String address) {
    assertThatThrownBy(() -> RedisQuotaStore.builder(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("address must be redis://[user:password@]host[:port][/database]")
        .hasNoCause()
        .satisfies(
            failure ->
                assertThat(failure.getMessage())
                    .doesNotContain("hush")
                    .doesNotContain("cret")
                    .doesNotContain("anna"));
  }

  @Test
  void doesNotPrintThePassword() {
    assertThat(RedisAddress.parse("redis://anna:secret@h/1")).hasToString("redis://h:6379");
  }
}
