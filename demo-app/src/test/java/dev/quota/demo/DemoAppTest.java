package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoAppTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path directory;

  @Test
  void printsTheUsageAndEnds() {
    assertThat(run("--help")).isZero();
    assertThat(out())
        .contains("--host", "--port", "--policies", "--redis", "--nodes", "--help", "Exit codes");
    assertThat(err()).isEmpty();
  }

  @Test
  void helpWinsOverMistakes() {
    assertThat(run("--prot", "1", "--help")).isZero();
    assertThat(out()).contains("Usage:");
  }

  @Test
  void printsItsUrlWhenItServes() throws Exception {
    PipedOutputStream screen = new PipedOutputStream();
    Scanner lines = new Scanner(new PipedInputStream(screen), StandardCharsets.UTF_8);
    RunningCommand command = new RunningCommand(screen, "--port", "0");

    String ready = lines.nextLine();
    assertThat(lines.nextLine()).isEqualTo("Ctrl+C ends it.");
    URI uri = URI.create(ready.substring(ready.indexOf("http://")));

    assertThat(uri.getPort()).isPositive();
    HttpRequest page = HttpRequest.newBuilder(uri).build();
    assertThat(HttpClient.newHttpClient().send(page, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    assertThat(command.interrupted()).isZero();
  }

  @Test
  void saysInOneLineThatRedisIsThere() throws Exception {
    try (LocalRedis redis = new LocalRedis(directory)) {
      // Loads Redisson, which on a busy machine takes longer than the demo waits for Redis.
      RunningDemo.on(redis, 1).close();
      assertThat(linesAbout(redis.address()))
          .containsExactly(
              "Counts live in Redis, shared with every demo that uses the same one.",
              "Ctrl+C ends it.");
    }
  }

  @Test
  void saysInOneLineThatRedisIsNotThere() throws Exception {
    String address;
    try (LocalRedis redis = new LocalRedis(directory)) {
      address = redis.address();
    }
    assertThat(linesAbout(address.replace("://", "://quota:s3cret@")))
        .hasSize(2)
        .satisfies(
            lines ->
                assertThat(lines.get(0))
                    .startsWith("Redis does not count yet. ")
                    .contains("there is no connection")
                    .endsWith("Until it does, each quota does what its on-store-failure says.")
                    .doesNotContain("s3cret"));
  }

  /** Starts a demo on a Redis and returns what it prints after its address. */
  private static List<String> linesAbout(String redis) throws Exception {
    PipedOutputStream screen = new PipedOutputStream();
    Scanner lines = new Scanner(new PipedInputStream(screen), StandardCharsets.UTF_8);
    RunningCommand command = new RunningCommand(screen, "--port", "0", "--redis", redis);
    assertThat(lines.nextLine()).contains("http://localhost:");
    List<String> printed = List.of(lines.nextLine(), lines.nextLine());
    assertThat(command.interrupted()).isZero();
    return printed;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --prot 8080               | Unknown option "--prot".
          8080                      | Unknown option "8080".
          --port                    | --port needs a value.
          --port=                   | --port needs a value.
          --port x                  | --port must be a number from 0 to 65535, was "x".
          --port -1                 | --port must be a number from 0 to 65535, was "-1".
          --port 65536              | --port must be a number from 0 to 65535, was "65536".
          --port=99999999999        | --port must be a number from 0 to 65535, was "99999999999".
          --port 1 --port 2         | --port is given twice.
          --host                    | --host needs a value.
          --host a/b                | --host must be a name or an address, was "a/b".
          --host a --host b         | --host is given twice.
          --policies                | --policies needs a value.
          --redis                   | --redis needs a value.
          --redis localhost         | --redis: address must be redis://[user:password@]host
          --redis http://localhost  | scheme or host is missing or unknown.
          --redis redis://h/x       | the path must be the number of a database.
          --redis redis://a --redis redis://a | --redis is given twice.
          --redis redis://a --nodes 0     | --nodes must be a number from 1 to 9999, was "0".
          --redis redis://a --nodes two   | --nodes must be a number from 1 to 9999, was "two".
          --redis redis://a --nodes 10000 | --nodes must be a number from 1 to 9999, was "10000".
          --nodes 2                 | --nodes needs --redis
          """)
  void refusesOptionsItDoesNotUnderstand(String line, String reason) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err()).contains(reason, "Try --help.");
    assertThat(out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--redis redis://u:s3cret@host/x",
        "--redis=http://u:s3cret@host",
        "--redis redis://u:s3cret@h:99999999",
        "--redis redis://u:s3cret@h --redis redis://u:s3cret@h",
        "--rediss redis://u:s3cret@host",
        "--rediss=redis://u:s3cret@host",
        "redis://u:s3cret@host",
        "--port redis://u:s3cret@host",
        "redis://u:@s3cret/@host"
      })
  void neverRepeatsAPassword(String line) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err()).contains("Try --help.").doesNotContain("s3cret");
    assertThat(out()).isEmpty();
  }

  @Test
  void namesEveryMistakeInTheOptions() {
    assertThat(run("--prot", "--port", "x")).isEqualTo(2);
    assertThat(err()).contains("Unknown option \"--prot\"", "was \"x\"");
  }

  @Test
  void loadsNothingOfRedissonWhereCountsLiveInProcess() throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                DemoApp.class.getName(),
                "--port",
                "0")
            .redirectErrorStream(true)
            .start();
    List<String> loaded = new ArrayList<>();
    try (Scanner lines = new Scanner(demo.getInputStream(), StandardCharsets.UTF_8)) {
      String line = lines.nextLine();
      while (!line.startsWith("Ctrl+C")) {
        loaded.add(line);
        line = lines.nextLine();
      }
    } finally {
      demo.destroyForcibly();
    }
    assertThat(loaded)
        .anyMatch(line -> line.contains(" dev.quota.demo.DemoServer "))
        .noneMatch(line -> line.contains(" org.redisson."))
        .noneMatch(line -> line.contains(" io.netty."))
        .noneMatch(line -> line.contains(" dev.quota.redis."));
  }

  @Test
  void saysThatThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThat(run("--port", String.valueOf(taken.getLocalPort()))).isEqualTo(2);
      assertThat(err()).contains("Port " + taken.getLocalPort() + " is taken");
    }
  }

  @Test
  void saysThatItCannotListenThere() {
    // An address for documentation (RFC 5737) is no machine's.
    assertThat(run("--host", "192.0.2.1", "--port", "0")).isEqualTo(2);
    assertThat(err()).contains("192.0.2.1", "not this machine's");
    assertThat(run("--host", "nowhere.invalid", "--port", "0")).isEqualTo(2);
    assertThat(err()).contains("nowhere.invalid").doesNotContain("policies");
  }

  @Test
  void listensWhereItIsTold() throws Exception {
    PipedOutputStream screen = new PipedOutputStream();
    Scanner lines = new Scanner(new PipedInputStream(screen), StandardCharsets.UTF_8);
    RunningCommand command = new RunningCommand(screen, "--port", "0", "--host", "127.0.0.2");
    assertThat(lines.nextLine()).contains("http://127.0.0.2:");
    assertThat(command.interrupted()).isZero();
  }

  @Test
  void saysThatThePolicyFileIsMissing() {
    assertThat(run("--policies", directory.resolve("none.yaml").toString())).isEqualTo(2);
    assertThat(err()).contains("none.yaml");
  }

  @Test
  void listsEveryMistakeInThePolicyFile() throws IOException {
    Path file =
        policies(
            """
            version: 1
            quotas:
              chat:
                limits: ten per minute
                wran-at: [80%]
              ping:
                cost: -1
                limits: 5 per minute
            """);

    assertThat(run("--port", "0", "--policies", file.toString())).isEqualTo(2);

    assertThat(err().lines().toList())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains("quotas.yaml:"))
        .anySatisfy(line -> assertThat(line).contains(":4:"))
        .anySatisfy(line -> assertThat(line).contains(":5:", "wran-at", "warn-at"))
        .anySatisfy(line -> assertThat(line).contains(":7:"));
  }

  @Test
  void namesTheQuotasThatThePolicyFileLacks() throws IOException {
    Path file = policies("version: 1\nquotas: {chat: {limits: 10 per minute}}\n");

    assertThat(run("--port", "0", "--policies", file.toString())).isEqualTo(2);

    assertThat(err()).contains("unknown quota \"ping\"", "unknown quota \"image\"", "[chat]");
  }

  private Path policies(String text) throws IOException {
    return Files.writeString(directory.resolve("quotas.yaml"), text);
  }

  private int run(String... args) {
    return DemoApp.run(args, stream(out), stream(err));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** A command on a thread of its own, ended as Ctrl+C would. */
  private static final class RunningCommand {

    private final FutureTask<Integer> task;
    private final Thread thread;

    RunningCommand(OutputStream screen, String... args) {
      PrintStream shown = new PrintStream(screen, true, StandardCharsets.UTF_8);
      task = new FutureTask<>(() -> DemoApp.run(args, shown, System.err));
      thread = new Thread(task, "demo");
      thread.start();
    }

    int interrupted() throws InterruptedException, ExecutionException, TimeoutException {
      thread.interrupt();
      return task.get(20, TimeUnit.SECONDS);
    }
  }
}
