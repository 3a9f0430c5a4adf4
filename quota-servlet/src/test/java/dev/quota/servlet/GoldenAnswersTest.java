package dev.quota.servlet;

import dev.quota.http.answer.HeaderDialect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The golden record of requests that reach their endpoint, and of what their answers carry. */
class GoldenAnswersTest {

  private static final String[] ALICE = {"X-User", "alice"};

  private TestApp app;

  private void start() throws Exception {
    app = GoldenServlets.app().start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void headersOfBothDialects() throws Exception {
    for (String dialect : new String[] {"draft11", "legacyX", "both", "off"}) {
      app =
          GoldenServlets.app()
              .customise(filter -> GoldenServlets.usual(filter).headers(dialect(dialect)))
              .start();
      Golden golden = Golden.of("headers-" + dialect);
      oneOfEach(golden);
      golden.verify();
      app.close();
    }
    start();
  }

  private static HeaderDialect dialect(String name) {
    return switch (name) {
      case "draft11" -> HeaderDialect.draft11();
      case "legacyX" -> HeaderDialect.legacyX();
      case "both" -> HeaderDialect.draft11().and(HeaderDialect.legacyX());
      default -> HeaderDialect.off();
    };
  }

  private void oneOfEach(Golden golden) {
    for (String path :
        new String[] {
          "/chat", "/chat", "/chat/three", "/both", "/ping", "/week", "/rolling-day", "/image",
          "/sized?n=2", "/sized?n=0", "/upload", "/spend", "/smart", "/routed", "/huge", "/open"
        }) {
      golden.get(app, path, ALICE);
    }
    golden.note("on other plans, in an organisation, without a name, in another zone");
    golden.get(app, "/chat", "X-User", "pat", "X-Plan", "pro");
    golden.get(app, "/chat", "X-User", "eve", "X-Plan", "enterprise");
    golden.get(app, "/team", "X-User", "alice", "X-Org", "acme");
    golden.get(app, "/team", "X-User", "bob", "X-Org", "acme");
    golden.get(app, "/team", ALICE);
    golden.get(app, "/chat");
    golden.get(app, "/chat", "X-User", "tokio", "X-Zone", "Asia/Tokyo");
    golden.send(app, "HEAD", "/chat", "", ALICE);
    golden.send(app, "POST", "/chat", "hello", ALICE);
    golden.send(app, "OPTIONS", "/chat", "", ALICE);
    golden.send(app, "OPTIONS", "/open", "", ALICE);
  }

  @Test
  void warningsAndWhatComesAfterThem() throws Exception {
    start();
    Golden golden = Golden.of("warnings");
    for (int i = 0; i < 39; i++) {
      app.get("/chat", ALICE);
      app.advanceMillis(6_000);
    }
    golden.note("40 and 41 of 50");
    golden.get(app, "/chat", ALICE);
    app.advanceMillis(6_000);
    golden.get(app, "/chat", ALICE);
    for (int i = 0; i < 3; i++) {
      golden.get(app, "/spend", ALICE);
    }
    for (int i = 0; i < 4; i++) {
      golden.get(app, "/smart", ALICE);
      golden.get(app, "/routed", ALICE);
    }
    golden.get(app, "/quota/state?quota=smart&locale=de", ALICE);
    golden.get(app, "/quota/state?quota=routed", ALICE);
    golden.verify();
  }

  @Test
  void answersWhoseHeadersVanish() throws Exception {
    start();
    Golden golden = Golden.ofTomcat10Apart("vanished");
    for (String status : new String[] {"201", "204", "302", "304", "400", "404", "500", "503"}) {
      golden.withoutBody().get(app, "/chat?status=" + status, "X-User", "user of " + status);
    }
    golden.withoutBody().get(app, "/chat?to=/open", "X-User", "redirected");
    golden.get(app, "/chat?back=1", "X-User", "given back");
    golden.note("the body has begun before");
    golden.get(app, "/chat?early=begun+&status=500", "X-User", "early 500");
    golden.get(app, "/chat?early=begun+&back=1", "X-User", "early back");
    golden.get(
        app, "/chat?early=begun+", "X-User", "early cache", "X-Set", "Cache-Control: max-age=60");
    golden.note("what shared caches may store, and what they may not");
    for (String set :
        new String[] {
          "Cache-Control: public",
          "Cache-Control: private, max-age=60",
          "Cache-Control: max-age=0",
          "Cache-Control: no-store",
          "Cache-Control: no-cache",
          "Cache-Control: s-maxage=10, private",
          "ETag: \"e\"",
          "Last-Modified: Mon, 23 Nov 2026 10:00:00 GMT",
          "Expires: 0",
          "Expires: Mon, 23 Nov 2099 10:00:00 GMT",
          "CDN-Cache-Control: max-age=60",
          "Surrogate-Control: max-age=60",
          "X-Accel-Expires: 60",
          "X-Accel-Expires: off",
          "RateLimit: \"mine\";r=1",
          "quota-level: mine=ok"
        }) {
      golden.get(app, "/chat", "X-User", "cached " + set, "X-Set", set);
    }
    golden.send(app, "POST", "/chat", "hello", "X-User", "posts", "X-Set", "ETag: \"e\"");
    golden.verify();
  }

  @Test
  void otherOrigins() throws Exception {
    start();
    Golden golden = Golden.of("other-origins");
    String[] fromShop = {"X-User", "alice", "Origin", "https://shop.example"};
    golden.get(app, "/ping", fromShop);
    golden.send(
        app,
        "OPTIONS",
        "/ping",
        "",
        "Origin",
        "https://shop.example",
        "Access-Control-Request-Method",
        "GET");
    for (int i = 0; i < 4; i++) {
      app.get("/ping", ALICE);
    }
    golden.get(app, "/ping", fromShop);
    golden.get(app, "/quota/state?quota=ping", fromShop);
    golden.withoutBody().get(app, "/quota/quota.js", fromShop);
    golden.verify();
  }

  @Test
  void noticesOfReservations() throws Exception {
    start();
    Golden golden = Golden.of("notices");
    golden.get(app, "/tokens?reserve=400&use=150", ALICE);
    golden.get(app, "/tokens?reserve=300&use=870", ALICE);
    golden.get(app, "/tokens?reserve=100&use=90", "X-User", "alice", "Accept-Language", "ja");
    golden.get(app, "/tokens?reserve=1000&use=1200", "X-User", "bob", "Accept-Language", "de");
    golden.get(app, "/tokens?reserve=100&use=90", "X-User", "bob", "Accept", "text/html");
    golden.get(app, "/tokens?reserve=5000&use=90", "X-User", "carol");
    golden.verify();
  }
}
