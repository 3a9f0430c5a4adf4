package dev.quota.redis;

import static dev.quota.redis.ProxyFault.Direction.TO_CLIENT;
import static dev.quota.redis.ProxyFault.Direction.TO_REDIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

@Timeout(60)
final class TcpProxyTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LITTLE = Duration.ofMillis(50);

  private static RedisProcess redis;

  private TcpProxy proxy;
  private RespConnection client;

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void closeRedis() {
    redis.close();
  }

  @BeforeEach
  void connect() throws IOException {
    redis.command("FLUSHALL");
    proxy = TcpProxy.to(redis);
    client = RespConnection.open(proxy.port(), PATIENCE);
    assertThat(client.call("INCR", "n")).isEqualTo(1L);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
  }

  private void redisCounted(int n) {
    Eventually.within(
        PATIENCE, "Redis counts " + n, () -> ("" + n).equals(redis.command("GET", "n")));
  }

  @Test
  void countsConnectionsAndBytes() throws IOException {
    assertThat(proxy.accepted()).isEqualTo(1);
    assertThat(proxy.open()).isEqualTo(1);
    assertThat(proxy.received(TO_REDIS)).isEqualTo(proxy.forwarded(TO_REDIS)).isPositive();
    assertThat(proxy.forwarded(TO_CLIENT)).isEqualTo(":1\r\n".length());

    client.close();
    Eventually.within(PATIENCE, "the connection is gone", () -> proxy.open() == 0);
  }

  @Test
  void carriesMoreThanTheSocketsHold() throws IOException {
    String much = "x".repeat(20_000_000);
    assertThat(client.call("SET", "much", much)).isEqualTo("OK");
    assertThat(client.call("GET", "much")).isEqualTo(much);
  }

  @Test
  void carriesRedisson() {
    RedissonClient redisson = PlainRedisson.to(proxy.address());
    try {
      redisson.getBucket("k", StringCodec.INSTANCE).set("v");
      assertThat(redis.command("GET", "k")).isEqualTo("v");
      proxy.lose(TO_CLIENT);
      assertThatThrownBy(() -> redisson.getAtomicLong("n").incrementAndGet())
          .hasMessageContaining("timeout");
      redisCounted(2);
      proxy.pass();
      Eventually.within(
          PATIENCE, "Redisson has connected again", () -> proxy.accepted() > 2 && proxy.open() > 0);
    } finally {
      PlainRedisson.close(redisson);
    }
  }

  @Test
  void delaysEachDirectionOnItsOwn() throws IOException {
    proxy.delay(TO_CLIENT, Duration.ofMillis(150));
    long start = System.nanoTime();
    client.send("INCR", "n");
    redisCounted(2);
    assertThat(client.reply()).isEqualTo(2L);
    assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofMillis(150).toNanos());

    proxy.delay(TO_REDIS, Duration.ofMinutes(1));
    client.send("INCR", "n");
    Eventually.within(
        PATIENCE, "arrived", () -> proxy.received(TO_REDIS) > proxy.forwarded(TO_REDIS));
    proxy.pass();
    assertThat(client.reply()).isEqualTo(3L);
  }

  @Test
  void doesNotAddUpDelays() throws IOException {
    proxy.delay(TO_REDIS, Duration.ofMillis(100));
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      client.send("INCR", "n");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(client.reply()).isEqualTo(i + 2L);
    }
    assertThat(System.nanoTime() - start)
        .isBetween(Duration.ofMillis(100).toNanos(), Duration.ofMillis(1_000).toNanos());
  }

  @Test
  void holdsRequestsAndDeliversThemLate() throws IOException {
    proxy.hold(TO_REDIS);
    try (RespConnection impatient = RespConnection.open(proxy.port(), LITTLE)) {
      assertThatThrownBy(() -> impatient.call("INCR", "n"))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(redis.command("GET", "n")).isEqualTo("1");
    }
    // The client is gone, and yet its command is carried out.
    proxy.pass();
    redisCounted(2);
  }

  @Test
  void losesRepliesOfRequestsThatWereCarriedOut() throws IOException {
    proxy.lose(TO_CLIENT);
    client.send("INCR", "n");
    redisCounted(2);
    Eventually.within(
        PATIENCE,
        "the reply is lost",
        () -> proxy.received(TO_CLIENT) > proxy.forwarded(TO_CLIENT));
    // Nobody could tell the next reply from the lost one.
    proxy.pass();
    assertThatThrownBy(() -> client.reply()).isInstanceOf(SocketException.class);
  }

  @Test
  void resetsInsteadOfDeliveringAReply() {
    proxy.resetOnArrival(TO_CLIENT);
    assertThatThrownBy(() -> client.call("INCR", "n"))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    redisCounted(2);
  }

  @Test
  void resetsInsteadOfDeliveringARequest() {
    proxy.resetOnArrival(TO_REDIS);
    assertThatThrownBy(() -> client.call("INCR", "n"))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    assertThat(redis.command("GET", "n")).isEqualTo("1");
  }

  @Test
  void cutsWithinARequestAndWithinAReply() throws IOException {
    proxy.cutAfter(TO_REDIS, 10);
    assertThatThrownBy(() -> client.call("INCR", "n")).isInstanceOf(SocketException.class);
    assertThat(redis.command("GET", "n")).isEqualTo("1");

    try (RespConnection next = RespConnection.open(proxy.port(), PATIENCE)) {
      long before = proxy.forwarded(TO_CLIENT);
      proxy.cutAfter(TO_CLIENT, 2);
      assertThatThrownBy(() -> next.call("INCR", "n")).isInstanceOf(IOException.class);
      assertThat(proxy.forwarded(TO_CLIENT) - before).isEqualTo(2);
      redisCounted(2);
    }
    try (RespConnection last = RespConnection.open(proxy.port(), PATIENCE)) {
      assertThat(last.call("INCR", "n")).isEqualTo(3L);
    }
  }

  @Test
  void endsOneDirectionAndKeepsTheOther() throws IOException {
    proxy.halfClose(TO_CLIENT);
    client.send("INCR", "n");
    redisCounted(2);
    assertThatThrownBy(() -> client.reply()).isInstanceOf(EOFException.class);
    client.send("INCR", "n");
    redisCounted(3);
  }

  @Test
  void resetsWhatIsOpenAndRefusesWhatIsNew() throws IOException {
    proxy.refuse();
    assertThatThrownBy(() -> RespConnection.open(proxy.port(), PATIENCE))
        .isInstanceOf(ConnectException.class);
    assertThat(client.call("INCR", "n")).isEqualTo(2L);
    proxy.reset();
    assertThatThrownBy(() -> client.call("INCR", "n")).isInstanceOf(SocketException.class);

    proxy.pass();
    try (RespConnection next = RespConnection.open(proxy.port(), PATIENCE)) {
      assertThat(next.call("INCR", "n")).isEqualTo(3L);
    }
  }

  @Test
  void passesOnThatRedisDied() {
    try (RedisProcess mortal = RedisProcess.start();
        TcpProxy front = TcpProxy.to(mortal);
        RespConnection connection = RespConnection.open(front.port(), PATIENCE)) {
      connection.call("PING");
      mortal.kill();
      assertThatThrownBy(() -> connection.call("PING")).isInstanceOf(IOException.class);
      assertThatThrownBy(
              () -> {
                try (RespConnection next = RespConnection.open(front.port(), PATIENCE)) {
                  next.call("PING");
                }
              })
          .isInstanceOf(IOException.class);
      mortal.restart();
      try (RespConnection next = RespConnection.open(front.port(), PATIENCE)) {
        assertThat(next.call("PING")).isEqualTo("PONG");
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void leavesNoThreadBehind() {
    RunningThreads before = RunningThreads.now();
    TcpProxy other = TcpProxy.to(redis);
    assertThat(RunningThreads.now().since(before)).containsExactly("proxy-" + other.port());
    other.close();
    before.assertNoMore(PATIENCE);
  }
}
