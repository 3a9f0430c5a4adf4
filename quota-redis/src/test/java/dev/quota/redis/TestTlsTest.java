package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.codec.StringCodec;

@Timeout(60)
final class TestTlsTest {

  private static RedissonClient trusting(TestTls tls, RedisProcess redis) throws Exception {
    URL trusted = tls.trustStore().toUri().toURL();
    return PlainRedisson.to(
        redis.address(),
        config -> config.setSslTruststore(trusted).setSslTruststorePassword(TestTls.PASSWORD));
  }

  @Test
  void encryptsForThoseWhoTrustItAndForNobodyElse() throws Exception {
    TestTls.assumeRedisSpeaksTls();
    try (TestTls tls = TestTls.create();
        TestTls other = TestTls.create();
        RedisProcess redis = RedisConfig.with().tls(tls).start()) {
      RedissonClient client = trusting(tls, redis);
      try {
        client.getBucket("k", StringCodec.INSTANCE).set("v");
        assertThat(redis.command("GET", "k")).isEqualTo("v");
        assertThat(redis.address()).startsWith("rediss://");
      } finally {
        PlainRedisson.close(client);
      }
      assertThatThrownBy(() -> trusting(other, redis)).isInstanceOf(RedisConnectionException.class);
    }
  }
}
