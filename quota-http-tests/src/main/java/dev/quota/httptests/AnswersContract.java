package dev.quota.httptests;

import dev.quota.http.answer.HeaderDialect;
import org.junit.jupiter.api.Test;

/** The record of requests that reach their endpoint, and of what their answers carry. */
public interface AnswersContract extends HttpStack {

  @Test
  default void headersOfBothDialects() throws Exception {
    for (String dialect : new String[] {"draft11", "legacyX", "both", "off"}) {
      try (RunningApp app =
          RunningApp.start(this, HttpApp.Settings.USUAL.withHeaders(dialect(dialect)))) {
        Golden golden = Golden.of(this, "headers-" + dialect);
        oneOfEach(app, golden);
        golden.verify();
      }
    }
  }

  private static HeaderDialect dialect(String name) {
    return switch (name) {
      case "draft11" -> HeaderDialect.draft11();
      case "legacyX" -> HeaderDialect.legacyX();
      case "both" -> HeaderDialect.draft11().and(HeaderDialect.legacyX());
      default -> HeaderDialect.off();
    };
  }

  private static void oneOfEach(RunningApp app, Golden golden) {
    for (String path :
        new String[] {
          "/chat", "/chat", "/chat/three", "/both", "/ping", "/week", "/rolling-day", "/image",
          "/sized?n=2", "/sized?n=0", "/upload", "/spend", "/smart", "/routed", "/huge", "/open"
        }) {
      golden.get(app, path, RunningApp.ALICE);
    }
    golden.note("on other plans, in an organisation, without a name, in another zone");
    golden.get(app, "/chat", "X-User", "pat", "X-Plan", "pro");
    golden.get(app, "/chat", "X-User", "eve", "X-Plan", "enterprise");
    golden.get(app, "/team", "X-User", "alice", "X-Org", "acme");
    golden.get(app, "/team", "X-User", "bob", "X-Org", "acme");
    golden.get(app, "/team", RunningApp.ALICE);
    golden.get(app, "/chat");
    golden.get(app, "/chat", "X-User", "tokio", "X-Zone", "Asia/Tokyo");
    golden.send(app, "HEAD", "/chat", "", RunningApp.ALICE);
    golden.send(app, "POST", "/chat", "hello", RunningApp.ALICE);
    golden.withoutBody().send(app, "OPTIONS", "/chat", "", RunningApp.ALICE);
    golden.withoutBody().send(app, "OPTIONS", "/open", "", RunningApp.ALICE);
  }

  @Test
  default void warningsAndWhatComesAfterThem() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "warnings");
      for (int i = 0; i < 39; i++) {
        app.get("/chat", RunningApp.ALICE);
        app.advanceSeconds(6);
      }
      golden.note("40 and 41 of 50");
      golden.get(app, "/chat", RunningApp.ALICE);
      app.advanceSeconds(6);
      golden.get(app, "/chat", RunningApp.ALICE);
      for (int i = 0; i < 3; i++) {
        golden.get(app, "/spend", RunningApp.ALICE);
      }
      for (int i = 0; i < 4; i++) {
        golden.get(app, "/smart", RunningApp.ALICE);
        golden.get(app, "/routed", RunningApp.ALICE);
      }
      golden.get(app, "/quota/state?quota=smart&locale=de", RunningApp.ALICE);
      golden.get(app, "/quota/state?quota=routed", RunningApp.ALICE);
      golden.verify();
    }
  }

  @Test
  default void answersWhoseHeadersVanish() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "vanished");
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
      answersForCaches(app, golden);
      golden.send(app, "POST", "/chat", "hello", "X-User", "posts", "X-Set", "ETag: \"e\"");
      golden.verify();
    }
  }

  private static void answersForCaches(RunningApp app, Golden golden) throws Exception {
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
  }

  @Test
  default void otherOrigins() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "other-origins");
      String[] fromShop = {"X-User", "alice", "Origin", "https://shop.example"};
      golden.get(app, "/ping", fromShop);
      golden
          .withoutBody()
          .send(
              app,
              "OPTIONS",
              "/ping",
              "",
              "Origin",
              "https://shop.example",
              "Access-Control-Request-Method",
              "GET");
      for (int i = 0; i < 4; i++) {
        app.get("/ping", RunningApp.ALICE);
      }
      golden.get(app, "/ping", fromShop);
      golden.get(app, "/quota/state?quota=ping", fromShop);
      golden.withoutBody().get(app, "/quota/quota.js", fromShop);
      golden.verify();
    }
  }

  @Test
  default void noticesOfReservations() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "notices");
      golden.get(app, "/tokens?reserve=400&use=150", RunningApp.ALICE);
      golden.get(app, "/tokens?reserve=300&use=870", RunningApp.ALICE);
      golden.get(app, "/tokens?reserve=100&use=90", "X-User", "alice", "Accept-Language", "ja");
      golden.get(app, "/tokens?reserve=1000&use=1200", "X-User", "bob", "Accept-Language", "de");
      golden.get(app, "/tokens?reserve=100&use=90", "X-User", "bob", "Accept", "text/html");
      golden.get(app, "/tokens?reserve=5000&use=90", "X-User", "carol");
      golden.verify();
    }
  }
}
