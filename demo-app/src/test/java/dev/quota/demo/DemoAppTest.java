package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoAppTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path directory;

  @Test
  void printsTheUsageAndEnds() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("--port", "--policies", "--help", "Exit codes");
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
    PrintStream shown = new PrintStream(screen, true, StandardCharsets.UTF_8);
    RunningCommand command =
        new RunningCommand(() -> DemoApp.run(new String[] {"--port", "0"}, shown, stream(err)));

    String ready = lines.nextLine();
    URI uri = URI.create(ready.substring(ready.indexOf("http://")));

    assertThat(uri.getPort()).isPositive();
    HttpRequest page = HttpRequest.newBuilder(uri).build();
    assertThat(HttpClient.newHttpClient().send(page, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    assertThat(command.interrupted()).isZero();
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
          --policies                | --policies needs a value.
          """)
  void refusesOptionsItDoesNotUnderstand(String line, String reason) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err()).contains(reason, "Try --help.");
    assertThat(out()).isEmpty();
  }

  @Test
  void namesEveryMistakeInTheOptions() {
    assertThat(run("--prot", "--port", "x")).isEqualTo(2);
    assertThat(err()).contains("Unknown option \"--prot\"", "was \"x\"");
  }

  @Test
  void saysThatThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThat(run("--port", String.valueOf(taken.getLocalPort()))).isEqualTo(2);
      assertThat(err()).contains("Port " + taken.getLocalPort() + " is taken");
    }
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

    RunningCommand(Callable<Integer> command) {
      task = new FutureTask<>(command);
      thread = new Thread(task, "demo");
      thread.start();
    }

    int interrupted() throws InterruptedException, ExecutionException, TimeoutException {
      thread.interrupt();
      return task.get(20, TimeUnit.SECONDS);
    }
  }
}
