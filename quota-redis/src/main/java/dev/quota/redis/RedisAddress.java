package dev.quota.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.SingleServerConfig;

/**
 * The address of one Redis, with its credentials. {@code toString} has no password. Immutable.
 *
 * @param server {@code redis://host:port} or {@code rediss://host:port}, without credentials
 * @param user the user, if the address has one
 * @param password the password, if there is one
 * @param database the number of the database
 */
record RedisAddress(String server, Optional<String> user, Optional<String> password, int database) {

  private static final int DEFAULT_PORT = 6379;
  private static final int MAX_PORT = 65_535;

  /** Redisson pipelines on shared connections if the pool is smaller than ten. */
  private static final int CONNECTIONS = 8;

  /** The timeout for connecting and logging in. Each call has its own deadline. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /**
   * A connection is replaced if its last ping has no reply after this time, because a firewall may
   * have dropped it silently. It must be longer than a busy process can be late.
   */
  private static final Duration PING_INTERVAL = Duration.ofSeconds(1);

  /**
   * Redisson's default grows to ten seconds. A Redis that is back would be unused for that long.
   */
  private static final Duration RECONNECTION_DELAY = Duration.ofMillis(100);

  static RedisAddress parse(String address) {
    URI uri = uri(address);
    Optional<String> user = Optional.empty();
    Optional<String> password = Optional.empty();
    if (uri.getRawUserInfo() != null) {
      String[] parts = uri.getRawUserInfo().split(":", 2);
      if (parts.length == 1 || parts[1].isEmpty()) {
        throw malformed("a user is named without a password");
      }
      user = Optional.of(decoded(parts[0])).filter(name -> !name.isEmpty());
      password = Optional.of(decoded(parts[1]));
    }
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    if (port < 1 || port > MAX_PORT) {
      throw malformed("the port must be a number from 1 to " + MAX_PORT);
    }
    return new RedisAddress(
        uri.getScheme() + "://" + uri.getHost() + ":" + port,
        user,
        password,
        database(uri.getPath()));
  }

  private static URI uri(String address) {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw malformed("it is not an address");
    }
    boolean known = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
    if (!known || uri.getHost() == null) {
      throw malformed("scheme or host is missing or unknown");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw malformed("there is no place for a query or a fragment in it");
    }
    return uri;
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static int database(String path) {
    if (path == null || path.isEmpty() || path.equals("/")) {
      return 0;
    }
    if (!path.matches("/\\d{1,4}")) {
      throw malformed("the path must be the number of a database");
    }
    return Integer.parseInt(path.substring(1));
  }

  /** Returns the error without the address, which may have a password. */
  private static IllegalArgumentException malformed(String why) {
    return new IllegalArgumentException(
        "address must be redis://[user:password@]host[:port][/database] or rediss://…; " + why);
  }

  /** Returns a client that connects at its first use. */
  RedissonClient connect() {
    Config config = new Config();
    config.setLazyInitialization(true);
    config.setCodec(ByteArrayCodec.INSTANCE);
    config.setNettyThreads(Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors())));
    SingleServerConfig single = config.useSingleServer();
    single
        .setAddress(server)
        .setDatabase(database)
        .setConnectionPoolSize(CONNECTIONS)
        .setConnectionMinimumIdleSize(CONNECTIONS)
        .setSubscriptionConnectionMinimumIdleSize(0)
        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
        .setTimeout((int) CONNECT_TIMEOUT.toMillis())
        .setRetryAttempts(0)
        .setPingConnectionInterval((int) PING_INTERVAL.toMillis())
        .setReconnectionDelay(new ConstantDelay(RECONNECTION_DELAY))
        .setClientName("quota");
    user.ifPresent(config::setUsername);
    password.ifPresent(config::setPassword);
    return DaemonThreads.create(config);
  }

  @Override
  public String toString() {
    return server;
  }
}
