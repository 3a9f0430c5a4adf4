package dev.quota.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quota.Quotas;
import dev.quota.QuotasBuilder;
import dev.quota.policy.Policies;
import dev.quota.redis.RedisQuotaStore;
import dev.quota.spi.QuotaStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The demo on a free port, with its own policies, a clock moved by hand and a quick model. */
final class RunningDemo implements AutoCloseable {

  static final Instant START = Instant.parse("2026-11-23T14:59:30Z");

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final AtomicLong nowMillis;
  private final DemoServer server;

  RunningDemo() {
    this(Duration.ZERO);
  }

  RunningDemo(Duration pace) {
    this(pace, Duration.ofMinutes(2));
  }

  /** Starts a demo whose answers may take no longer than so. */
  RunningDemo(Duration pace, Duration timeout) {
    this(
        Quotas.builder().policies(DemoApp.ownPolicies()),
        new AtomicLong(START.toEpochMilli()),
        pace,
        true,
        timeout);
  }

  private RunningDemo(QuotasBuilder quotas, AtomicLong nowMillis, Duration pace) {
    this(quotas, nowMillis, pace, true);
  }

  private RunningDemo(
      QuotasBuilder quotas, AtomicLong nowMillis, Duration pace, boolean countsHere) {
    this(quotas, nowMillis, pace, countsHere, Duration.ofMinutes(2));
  }

  private RunningDemo(
      QuotasBuilder quotas,
      AtomicLong nowMillis,
      Duration pace,
      boolean countsHere,
      Duration timeout) {
    this.nowMillis = nowMillis;
    DemoClock clock = new DemoClock(nowMillis::get);
    quotas.clock(clock);
    try {
      Optional<DemoClock> movable = countsHere ? Optional.of(clock) : Optional.empty();
      server =
          DemoServer.start(DemoOptions.DEFAULT_HOST, 0, quotas.build(), movable, pace, timeout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a demo whose store is away. */
  static RunningDemo withoutStore() {
    return new RunningDemo(
        Quotas.builder().policies(DemoApp.ownPolicies()).store(new AwayStore()),
        new AtomicLong(START.toEpochMilli()),
        Duration.ZERO,
        false);
  }

  /** Uses up some of a user's quota, as the page's control does. */
  void spend(String user, String quota, int amount) {
    String body = "{\"quota\": \"" + quota + "\", \"amount\": " + amount + "}";
    int taken = json(post("/demo/spend", user, body)).get("taken").intValue();
    if (taken != amount) {
      throw new AssertionError(taken + " of " + amount + " taken");
    }
  }

  /** Starts a demo whose policies lack a quota. */
  static RunningDemo without(String quota) {
    Policies.Builder policies = Policies.builder();
    DemoApp.ownPolicies().plans().values().forEach(policies::plan);
    DemoApp.ownPolicies().quotas().values().stream()
        .filter(policy -> !policy.name().equals(quota))
        .forEach(policies::quota);
    return new RunningDemo(
        Quotas.builder().policies(policies.build()),
        new AtomicLong(System.currentTimeMillis()),
        Duration.ZERO);
  }

  /** Starts a demo that counts by the clock of Redis; {@link #pass} moves only its own counts. */
  static RunningDemo on(LocalRedis redis, int nodes) {
    return new RunningDemo(
        Quotas.builder()
            .policies(DemoApp.ownPolicies())
            .store(patient(redis.address()))
            .nodes(nodes),
        new AtomicLong(System.currentTimeMillis()),
        Duration.ZERO,
        false);
  }

  /**
   * Connects with more patience than people have: these tests are about counts, not about haste.
   */
  static QuotaStore patient(String address) {
    return RedisQuotaStore.builder(address)
        .timeBudget(Duration.ofSeconds(5))
        .probeInterval(Duration.ofMillis(100))
        .build();
  }

  URI uri(String path) {
    return server.uri().resolve(path);
  }

  void pass(Duration time) {
    nowMillis.addAndGet(time.toMillis());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> get(String path, String user) {
    return send(as(request(path), user));
  }

  HttpResponse<String> post(String path, String user, String body) {
    return send(as(request(path), user).POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> chat(String user) {
    return post("/api/chat", user, "{\"prompt\": \"Hello\"}");
  }

  /** Returns the body of an answer while it comes. */
  InputStream stream(String path, String user, String body) throws IOException {
    try {
      return CLIENT
          .send(
              as(request(path), user).POST(BodyPublishers.ofString(body)).build(),
              BodyHandlers.ofInputStream())
          .body();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  CompletableFuture<HttpResponse<String>> chatLater(String user) {
    return CLIENT.sendAsync(
        as(request("/api/chat"), user)
            .POST(BodyPublishers.ofString("{\"prompt\": \"Hello\"}"))
            .build(),
        BodyHandlers.ofString());
  }

  static HttpRequest.Builder as(HttpRequest.Builder request, String user) {
    return request.header(DemoPeople.HEADER, user);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the state of one of a user's quotas. */
  JsonNode quota(String user, String name) {
    for (JsonNode quota : state(user).get("quotas")) {
      if (quota.get("name").textValue().equals(name)) {
        return quota;
      }
    }
    throw new AssertionError("no quota " + name);
  }

  JsonNode state(String user) {
    return json(get("/quota/state", user));
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(response.body(), e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
