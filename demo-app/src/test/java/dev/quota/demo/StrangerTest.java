package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of others, in a browser of somebody who runs the demo, change nothing in it. */
class StrangerTest {

  private static RunningDemo demo;

  @BeforeAll
  static void start() {
    demo = new RunningDemo();
  }

  @AfterAll
  static void stop() {
    demo.close();
  }

  private static int post(String path, String header, String value) {
    return demo.send(
            RunningDemo.as(demo.request(path), "alice")
                .header(header, value)
                .POST(BodyPublishers.ofString("{\"quota\": \"ping\", \"amount\": 1}")))
        .statusCode();
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site, cross-site",
    "Sec-Fetch-Site, same-site",
    "Origin, https://evil.example",
    "Origin, null",
    "Origin, http://localhost",
    "Origin, http://localhost.evil.example"
  })
  void aPageOfAnotherOriginIsRefused(String header, String value) {
    long before = demo.quota("alice", "ping").get("used").longValue();
    for (String path : new String[] {"/demo/spend", "/demo/grant", "/api/ping", "/api/chat"}) {
      assertThat(post(path, header, value)).as(path).isEqualTo(403);
    }
    assertThat(
            demo.send(RunningDemo.as(demo.request("/api/ping"), "alice").header(header, value))
                .statusCode())
        .as("a picture in such a page")
        .isEqualTo(403);
    assertThat(demo.quota("alice", "ping").get("used").longValue()).isEqualTo(before);
  }

  @Test
  void itsOwnPageAndOtherProgramsAreServed() {
    assertThat(post("/demo/spend", "Sec-Fetch-Site", "same-origin")).isEqualTo(200);
    String own = demo.uri("/").toString();
    assertThat(post("/demo/spend", "Origin", own.substring(0, own.length() - 1))).isEqualTo(200);
    assertThat(demo.post("/demo/spend", "bob", "{\"quota\": \"ping\", \"amount\": 1}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void aLinkOfAnotherPageOpensThePage() {
    assertThat(demo.send(demo.request("/").header("Sec-Fetch-Site", "cross-site")).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::1].x"})
  void aNameThatWasPointedHereIsRefused(String host) throws IOException {
    assertThat(statusLine("/quota/state", host)).doesNotContain(" 200");
    assertThat(statusLine("/", host + ":" + demo.uri("/").getPort())).doesNotContain(" 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "[::1]", "127.0.0.1:8080"})
  void addressesAndLocalhostAreServed(String host) throws IOException {
    assertThat(statusLine("/", host)).contains(" 200");
  }

  /** Clients choose the Host header themselves. */
  private static String statusLine(String path, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.uri("/").getPort())) {
      socket.setSoTimeout(20_000);
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.lines().findFirst().orElse("");
    }
  }
}
