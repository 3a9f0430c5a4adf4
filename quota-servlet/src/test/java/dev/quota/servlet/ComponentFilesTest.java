package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentFilesTest {

  private static final int MOST_BYTES = 10_000;

  private static TestApp app;
  private static String versioned;

  @BeforeAll
  static void start() throws Exception {
    AtomicReference<QuotaFilter> filter = new AtomicReference<>();
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/chat", new TestServlets.Chat())
            .installed(filter::set)
            .start();
    versioned = filter.get().componentPath();
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @Test
  void theScriptIsAskedAfterEachTime() {
    Answer answer = app.get("/quota/quota.js");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("customElements.define");
    assertThat(answer.header("Content-Type"))
        .isEqualToIgnoringCase("text/javascript;charset=utf-8");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.header("ETag")).matches("\"[0-9a-f]{16}\"");
    assertIsSafeToShare(answer);
  }

  private static void assertIsSafeToShare(Answer answer) {
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
    assertThat(answer.header("Set-Cookie")).isNull();
  }

  @Test
  void theNameThatChangesMayBeKeptForEver() {
    assertThat(versioned).matches("/quota/quota-[0-9a-f]{16}\\.js");
    Answer answer = app.get(versioned);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(app.get("/quota/quota.js").body());
    assertThat(answer.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertIsSafeToShare(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/quota/quota-0000000000000000.js",
        "/quota/quota-.js",
        "/quota/quota.css",
        "/quota/quota.js/",
        "/quota/QUOTA.js"
      })
  void anotherVersionIsNotFoundRatherThanKeptForEver(String path) {
    Answer answer = app.get(path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-store");
  }

  @Test
  void theTypesAreBesideIt() {
    Answer answer = app.get("/quota/quota.d.ts");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("HTMLElementTagNameMap");
    assertThat(answer.header("Content-Type")).isEqualToIgnoringCase("text/plain;charset=utf-8");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
    assertIsSafeToShare(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "W/%s", "\"a\", %s", "\"a\",W/%s , \"b\"", "*"})
  void whoHasItIsToldSo(String known) {
    for (String path : new String[] {"/quota/quota.js", versioned}) {
      String tag = app.get(path).header("ETag");
      Answer answer = app.get(path, "If-None-Match", known.formatted(tag));
      assertThat(answer.status()).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.header("ETag")).isEqualTo(tag);
      assertThat(answer.header("Cache-Control")).isEqualTo(app.get(path).header("Cache-Control"));
    }
  }

  @Test
  void aTagInASecondFieldCountsToo() {
    String tag = app.get("/quota/quota.js").header("ETag");
    Answer answer = app.get("/quota/quota.js", "If-None-Match", "\"a\"", "If-None-Match", tag);
    assertThat(answer.status()).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a\"", "", ",", "W/", "\"", "w/\"*\"", "0123456789abcdef"})
  void whoHasAnotherGetsThisOne(String known) {
    Answer answer = app.get("/quota/quota.js", "If-None-Match", known);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br, gzip", "deflate, GZIP;q=0.5", "gzip ; q=1.0, *;q=0"})
  void whoReadsGzipGetsIt(String encodings) throws Exception {
    for (String path : new String[] {"/quota/quota.js", versioned, "/quota/quota.d.ts"}) {
      Answer plain = app.get(path);
      HttpResponse<byte[]> zipped = bytes(path, encodings);
      assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(zipped.headers().allValues("Vary")).containsExactly("Accept-Encoding");
      assertThat(zipped.headers().firstValue("Content-Type"))
          .contains(plain.header("Content-Type"));
      assertThat(zipped.body().length).isLessThan(plain.body().length() / 2);
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(plain.body());
      }
      String tag = zipped.headers().firstValue("ETag").orElseThrow();
      assertThat(tag).isNotEqualTo(plain.header("ETag"));
      assertThat(app.get(path, "Accept-Encoding", encodings, "If-None-Match", tag).status())
          .isEqualTo(304);
      assertThat(app.get(path, "If-None-Match", tag).status()).isEqualTo(200);
    }
  }

  @Test
  void theScriptIsSmall() throws Exception {
    assertThat(bytes("/quota/quota.js", "gzip").body().length).isLessThanOrEqualTo(MOST_BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "br", "gzip;q=0", "gzip; q=0.000", "*", "xgzip", "identity"})
  void whoDoesNotGetsItPlain(String encodings) throws Exception {
    HttpResponse<byte[]> answer = bytes("/quota/quota.js", encodings);
    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.headers().allValues("Vary")).containsExactly("Accept-Encoding");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("customElements");
  }

  private static HttpResponse<byte[]> bytes(String path, String encodings) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + app.port() + path);
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(
            HttpRequest.newBuilder(uri).header("Accept-Encoding", encodings).build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void theHeadIsThatOfTheBody() {
    for (String path : new String[] {"/quota/quota.js", versioned, "/quota/quota.d.ts"}) {
      Answer head = app.send("HEAD", path);
      Answer get = app.get(path);
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      for (String name : new String[] {"Content-Length", "Content-Type", "ETag", "Cache-Control"}) {
        assertThat(head.header(name)).as(name).isNotNull().isEqualTo(get.header(name));
      }
    }
    assertThat(app.send("POST", "/quota/quota.js").status()).isEqualTo(405);
  }

  @Test
  void theBaseGoesForIt() throws Exception {
    AtomicReference<QuotaFilter> filter = new AtomicReference<>();
    try (TestApp elsewhere =
        TestApp.with(TestServlets.policies())
            .customise(it -> it.base("/api/limits"))
            .installed(filter::set)
            .start()) {
      assertThat(filter.get().componentPath()).startsWith("/api/limits/quota-");
      assertThat(elsewhere.get(filter.get().componentPath()).status()).isEqualTo(200);
      assertThat(elsewhere.get("/quota/quota.js").status()).isEqualTo(404);
    }
  }
}
