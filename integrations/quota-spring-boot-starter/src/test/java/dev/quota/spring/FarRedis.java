package dev.quota.spring;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import redis.embedded.RedisServer;

/** A real Redis whose answers need 40 ms. */
final class FarRedis implements AutoCloseable {

  private final RedisServer redis;
  private final SlowNetwork network;

  FarRedis() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    redis.start();
    network = new SlowNetwork(port, Duration.ofMillis(20));
  }

  String url() {
    return "redis://127.0.0.1:" + network.port();
  }

  @Override
  public void close() throws IOException {
    network.close();
    redis.stop();
  }
}
