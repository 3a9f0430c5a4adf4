package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cache that serves several people may store has no numbers of one of them. */
class SharedCacheTest {

  private static final List<String> PERSONAL =
      List.of(
          "RateLimit",
          "RateLimit-Policy",
          "X-RateLimit-Limit",
          "X-RateLimit-Remaining",
          "X-RateLimit-Reset",
          "Quota-Level",
          "Quota-Conversation");

  private static TestApp app;

  /** Sets the headers that the request names, in its order, and answers. */
  @Quota("talk")
  private static final class Setting extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getHeader("X-Late") != null) {
        response.getWriter().print("begun ");
      }
      Enumeration<String> wanted = request.getHeaders("X-Set");
      while (wanted.hasMoreElements()) {
        String[] parts = wanted.nextElement().split(": ?", 2);
        if (parts[1].startsWith("@")) {
          response.setDateHeader(parts[0], Long.parseLong(parts[1].substring(1)));
        } else if (parts[1].matches("\\d+")) {
          response.addIntHeader(parts[0], Integer.parseInt(parts[1]));
        } else {
          response.addHeader(parts[0], parts[1]);
        }
      }
      response.getWriter().print("done");
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      doGet(request, response);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    app =
        TestApp.with(
                Policies.builder()
                    .quota(
                        QuotaPolicy.builder("talk")
                            .limit("daily", "1000 per calendar day")
                            .limit("turns", "100 calls per conversation")
                            .build())
                    .quota(QuotaPolicy.builder("chat").limit("daily", "10 per day").build())
                    .build())
            .servlet("/set", new Setting())
            .filter(
                "/refused",
                (request, response, chain) -> {
                  HttpServletResponse set = (HttpServletResponse) response;
                  set.setHeader("CDN-Cache-Control", "max-age=60");
                  set.setHeader("Surrogate-Control", "max-age=60");
                  set.setHeader("X-Accel-Expires", "60");
                  set.setHeader("Expires", "Thu, 01 Jan 2099 00:00:00 GMT");
                  chain.doFilter(request, response);
                })
            .servlet("/refused", new TestServlets.Chat())
            .customise(
                filter ->
                    filter
                        .headers(HeaderDialect.draft11().and(HeaderDialect.legacyX()))
                        // All of these requests begin a conversation, and all in one minute.
                        .newConversations("1000 per minute"))
            .start();
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @BeforeEach
  void fill() {
    app.advanceMillis(86_400_000);
  }

  private static Answer send(String method, boolean late, String headers) {
    List<String> sent = new ArrayList<>(List.of("X-User", "alice"));
    if (late) {
      sent.addAll(List.of("X-Late", "yes"));
    }
    for (String header : headers.split(" & ", -1)) {
      sent.addAll(List.of("X-Set", header));
    }
    return app.send(method, "/set", sent.toArray(new String[0]));
  }

  private static List<String> personal(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).endsWith("done");
    return PERSONAL.stream()
        .filter(name -> answer.header(name) != null && !answer.header(name).isEmpty())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: public",
        "Cache-Control: PUBLIC",
        "Cache-Control: max-age=60",
        "Cache-Control: Max-Age = 60",
        "Cache-Control: max-age=\"60\"",
        "Cache-Control: max-age=0",
        "Cache-Control: max-age",
        "Cache-Control: max-age=60=60",
        "Cache-Control: max-age=60;private",
        "Cache-Control: s-maxage=60",
        "Cache-Control: private, s-maxage=60",
        "Cache-Control: private & Cache-Control: s-maxage=60",
        "Cache-Control: no-store, public",
        "Cache-Control: immutable",
        "Cache-Control: stale-while-revalidate=60",
        "Cache-Control: max-age=0, stale-if-error=60",
        "Cache-Control: private=\"Set-Cookie\", max-age=60",
        "Cache-Control: no-cache=\"Set-Cookie\", max-age=60",
        "Cache-Control: x=\"private\", max-age=60",
        "Cache-Control: x=\"private, max-age=60",
        "Cache-Control: x=\", private, max-age=60",
        "Cache-Control: privateer, max-age=60",
        "Cache-Control: must-understand, no-store, max-age=60",
        "Cache-Control: must-revalidate & Cache-Control: max-age=60",
        "Cache-Control: no-cache, max-age=60 & ETag: \"v1\"",
        "Cache-Control: no-cache & ETag: \"v1\"",
        "Expires: Thu, 01 Jan 2099 00:00:00 GMT",
        "Expires: Thursday, 01-Jan-99 00:00:00 GMT",
        "Expires: @4070908800000",
        "Expires: 0 & Expires: Thu, 01 Jan 2099 00:00:00 GMT",
        "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT",
        "Last-Modified: @1700000000000",
        "ETag: W/\"v1\"",
        "CDN-Cache-Control: max-age=60",
        "cdn-cache-control: public",
        "Cache-Control: private & CDN-Cache-Control: max-age=60",
        "CDN-Cache-Control: max-age=60 & Cache-Control: no-store",
        "Cloudflare-CDN-Cache-Control: max-age=60",
        "Vercel-CDN-Cache-Control: max-age=60",
        "Netlify-CDN-Cache-Control: s-maxage=60",
        "Akamai-Cache-Control: max-age=60",
        "X-LiteSpeed-Cache-Control: public,max-age=60",
        "Surrogate-Control: max-age=60, content=\"ESI/1.0\"",
        "Cache-Control: no-store & Surrogate-Control: max-age=60",
        "Edge-Control: cache-maxage=60m",
        "Edge-Control: !no-store, max-age=1d",
        "X-Accel-Expires: 60",
        "X-Accel-Expires: @4070908800",
      })
  void areGoneWhereASharedCacheMayStore(String headers) {
    assertThat(personal(send("GET", false, headers))).isEmpty();
    assertThat(personal(send("GET", true, headers))).as("after the first write").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Other: 1",
        "Cache-Control: private",
        "Cache-Control: private, max-age=60",
        "Cache-Control: max-age=60 & Cache-Control: Private",
        "Cache-Control: no-store",
        "Cache-Control: no-cache, no-store, max-age=0, must-revalidate & Pragma: no-cache & Expires: 0",
        "Cache-Control: no-cache",
        "Cache-Control: no-cache, max-age=0, must-revalidate",
        "Expires: 0",
        "Expires: -1",
        "Expires: Thu, 01 Jan 1970 00:00:00 GMT",
        "Expires: @0",
        "Cache-Control: no-cache & Expires: Thu, 01 Jan 2099 00:00:00 GMT",
        "Expires: Thu, 01 Jan 2099 00:00:00 GMT & Cache-Control: private",
        "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT & Cache-Control: private, max-age=60",
        "ETag: \"v1\" & Cache-Control: no-store",
        "CDN-Cache-Control: no-store",
        "CDN-Cache-Control: private, max-age=60",
        "Surrogate-Control: no-store",
        "X-Accel-Expires: 0",
      })
  void stayWhereNoSharedCacheMayStore(String headers) {
    assertThat(personal(send("GET", false, headers))).hasSize(PERSONAL.size());
  }

  @Test
  void aPostIsNotStoredForItsValidator() {
    assertThat(personal(send("POST", false, "ETag: \"v1\""))).hasSize(PERSONAL.size());
    assertThat(personal(send("POST", false, "Cache-Control: max-age=60"))).isEmpty();
  }

  @Test
  void whatTheEndpointMakesPrivateAgainHasThemAgain() {
    assertThat(personal(send("GET", false, "Expires: @4070908800000 & Cache-Control: no-store")))
        .contains("RateLimit", "Quota-Conversation");
  }

  @Test
  void aRefusalIsStoredByNobodyWhateverWasSaidBefore() {
    for (int i = 0; i < 10; i++) {
      app.send("GET", "/refused", "X-User", "rita");
    }
    Answer refusal = app.send("GET", "/refused", "X-User", "rita");
    assertThat(refusal.status()).isEqualTo(429);
    assertThat(refusal.headers("Cache-Control")).containsExactly("no-store");
    assertThat(refusal.headers("CDN-Cache-Control")).containsExactly("no-store");
    assertThat(refusal.headers("Surrogate-Control")).containsExactly("no-store");
    assertThat(refusal.headers("X-Accel-Expires")).containsExactly("0");
    assertThat(refusal.headers("Expires")).containsExactly("0");
    assertThat(refusal.header("RateLimit")).isNotNull();
  }
}
