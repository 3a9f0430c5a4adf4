package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How a request can end, in how many ways, over HTTP/1.1 and HTTP/2. What is expected is the table
 * of docs/http.md: each row names its ending, each column how the endpoint works.
 */
@Timeout(120)
final class RequestEndsTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "http.md");
  private static final String SECTION = "\n## How a request ends\n";
  private static final Pattern ROW =
      Pattern.compile("^\\| .* <!-- (\\w+) --> \\| (.+) \\| (.+) \\| (.+) \\|$", Pattern.MULTILINE);
  private static final List<String> STYLES = List.of("synchronous", "asynchronous", "streaming");

  private static EndingServlet servlet;
  private static TestApp app;

  /** One cell of the table. */
  record Cell(String ending, String style, boolean http2, String expected) {}

  static List<Cell> cells() throws IOException {
    List<Cell> cells = new ArrayList<>();
    String document = Files.readString(DOCUMENT);
    int start = document.indexOf(SECTION);
    Matcher row = ROW.matcher(document.substring(start, document.indexOf("\n## ", start + 1)));
    while (row.find()) {
      for (int i = 0; i < STYLES.size(); i++) {
        for (boolean http2 : new boolean[] {false, true}) {
          if (!row.group(2 + i).equals("–")) {
            cells.add(new Cell(row.group(1), STYLES.get(i), http2, row.group(2 + i)));
          }
        }
      }
    }
    assertThat(cells).hasSizeGreaterThan(50);
    return cells;
  }

  @BeforeAll
  static void start() throws Exception {
    // Made here, so that a class that is run again in the same process has threads again.
    servlet = new EndingServlet();
    app =
        TestApp.with(
                Policies.builder()
                    .quota(
                        QuotaPolicy.builder("job")
                            .limit("daily", "1000 per calendar day")
                            .limit("running", "1 at once")
                            .build())
                    .quota(
                        QuotaPolicy.builder("tokens")
                            .limit("daily", "100000 per calendar day")
                            .build())
                    .build())
            .servlet("/end/*", servlet)
            .start();
  }

  @AfterAll
  static void stop() {
    servlet.threads.shutdownNow();
    app.close();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void theRequestEndsAsTheTableSays(Cell cell) throws Exception {
    String user = cell.ending + cell.style + cell.http2;
    String path = "/end/" + cell.style + "/" + cell.ending;
    EndingServlet.Work work = servlet.work(user);
    if (cell.http2) {
      overHttp2(cell, path, user, work);
    } else {
      overHttp1(cell, path, user, work);
    }
    work.await(work.over);
    awaitFree(user);
    long tokens = app.used(user, "tokens");
    String reserved = tokens == 0 ? "refunded" : tokens == 70 ? "settled" : "kept";
    String charged = app.used(user, "job") == 0 ? "refunded" : "charged";
    String was = charged.equals(reserved) ? charged : charged + ", " + reserved;
    // "kept or settled" depends on whether the container tells that the reader left.
    assertThat(cell.expected.replace("kept or settled", reserved)).isEqualTo(was);
  }

  @ParameterizedTest
  @ValueSource(strings = {"synchronous", "asynchronous"})
  void streamsThatAreSentAndResetAtOnceRunNoMoreThanMayAndAreCharged(String style)
      throws Exception {
    String user = "flood" + style;
    EndingServlet.Work work = servlet.work(user);
    try (Http2Client client = new Http2Client(app.port())) {
      List<Integer> streams = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        streams.add(client.get("/end/" + style + "/leave", user));
      }
      work.await(work.began);
      for (int stream : streams) {
        client.reset(stream);
      }
    }
    work.mayGoOn.countDown();
    work.await(work.over);
    awaitFree(user);
    assertThat(work.most).hasValue(1);
    assertThat(work.ran).hasPositiveValue();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (app.used(user, "job") != work.ran.get()) {
      assertThat(System.nanoTime()).as("each that ran is charged").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void workThatIsNotCompleteAfterItsReaderLeftKeepsItsPermit() throws Exception {
    String user = "patient";
    EndingServlet.Work work = servlet.work(user);
    try (Http2Client client = new Http2Client(app.port())) {
      int stream = client.get("/end/asynchronous/leave", user);
      work.await(work.began);
      work.awaitReturned();
      client.reset(stream);
      client.awaitPing();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(app.get("/end/asynchronous/answer", "X-User", user).status()).isEqualTo(429);
    }
    work.mayGoOn.countDown();
    awaitFree(user);
    assertThat(app.get("/end/asynchronous/answer", "X-User", user).status()).isEqualTo(200);
  }

  private static void overHttp2(Cell cell, String path, String user, EndingServlet.Work work)
      throws IOException {
    try (Http2Client client = new Http2Client(app.port())) {
      boolean half = cell.ending.equals("halfABody");
      int stream = half ? client.beginPost(path, user) : client.get(path, user);
      if (cell.style.equals("streaming")) {
        client.awaitData(stream);
      }
      work.await(work.began);
      if (half || cell.ending.startsWith("leave")) {
        if (!cell.style.equals("synchronous")) {
          work.awaitReturned();
        }
        client.reset(stream);
        client.awaitPing();
        assertRunning(half, user, work);
      } else {
        client.awaitEnd(stream);
      }
    }
  }

  private static void overHttp1(Cell cell, String path, String user, EndingServlet.Work work)
      throws IOException {
    boolean half = cell.ending.equals("halfABody");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
      socket.setSoTimeout(10_000);
      String request =
          (half ? "POST " : "GET ")
              + path
              + " HTTP/1.1\r\nHost: app\r\nConnection: close\r\nX-User: "
              + user
              + (half ? "\r\nContent-Length: 8\r\n\r\nhalf" : "\r\n\r\n");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      work.await(work.began);
      if (half || cell.ending.startsWith("leave")) {
        if (cell.style.equals("streaming")) {
          assertThat(socket.getInputStream().read()).isPositive();
        }
        socket.setSoLinger(true, 0);
      } else {
        readToEnd(socket);
      }
    }
    assertRunning(half || !cell.ending.startsWith("leave"), user, work);
  }

  private static void readToEnd(Socket socket) {
    try {
      assertThat(socket.getInputStream().readAllBytes()).isNotNull();
    } catch (IOException e) {
      assertThat(e).as("an answer that is cut short").hasMessageContaining("reset");
    }
  }

  /** The reader has left, and the work has not. */
  private static void assertRunning(boolean mayBeOver, String user, EndingServlet.Work work) {
    if (!mayBeOver) {
      assertThat(running(user)).isEqualTo(1);
      work.mayGoOn.countDown();
    }
  }

  private static long running(String user) {
    return app.quotas.states(Subject.user(user)).quota("job").orElseThrow().limits().stream()
        .filter(limit -> limit.name().equals("running"))
        .findFirst()
        .orElseThrow()
        .used()
        .orElseThrow();
  }

  private static void awaitFree(String user) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (running(user) > 0 || reserved(user) > 0) {
      assertThat(System.nanoTime()).as("the permit is free").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static long reserved(String user) {
    return app.quotas
        .states(Subject.user(user))
        .quota("tokens")
        .orElseThrow()
        .primary()
        .reserved()
        .orElseThrow();
  }
}
