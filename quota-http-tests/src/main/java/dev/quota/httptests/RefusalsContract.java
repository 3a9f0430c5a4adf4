package dev.quota.httptests;

import dev.quota.Decision;
import dev.quota.Subject;
import dev.quota.policy.Scope;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The record of refusals: each kind as JSON and as a page, in every language. */
public interface RefusalsContract extends HttpStack {

  private static void useUpTheDay(RunningApp app) {
    for (int i = 0; i < 50; i++) {
      app.get("/chat", "X-User", "alice");
      app.advanceSeconds(6);
    }
  }

  /**
   * Compares each kind of refusal.
   *
   * @return a test for each language
   */
  @TestFactory
  default Stream<DynamicTest> everyKindInEveryLanguage() {
    return languages().stream().map(it -> DynamicTest.dynamicTest(it, () -> everyKind(this, it)));
  }

  private static void everyKind(HttpStack stack, String language) throws Exception {
    try (RunningApp app = RunningApp.start(stack, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(stack, "refusals-" + language);
      app.use("/chat", 10);
      app.use("/week", 2);
      app.use("/image", 5);
      Decision first = app.quotas.charge(Subject.user("alice"), "upload", 1);
      Decision second = app.quotas.charge(Subject.user("alice"), "upload", 1);
      for (String accept : new String[] {"application/json", "text/html"}) {
        for (String path : new String[] {"/chat", "/week", "/image", "/sized?n=21"}) {
          refused(app, golden, path, accept, language);
        }
        refused(app, golden.spreading(), "/upload", accept, language);
        refused(app, golden, "/image", accept, language, "X-Plan", "trial");
        refused(app, golden, "/chat", accept, language, "Sec-Purpose", "prefetch");
        refused(app, golden, "/key-demanded", accept, language);
        refused(app, golden, "/keyed", accept, language, "Idempotency-Key", "two words");
      }
      golden.verify();
      app.quotas.refund(((Decision.Allowed) first).receipt());
      app.quotas.refund(((Decision.Allowed) second).receipt());
    }
  }

  private static void refused(
      RunningApp app, Golden golden, String path, String accept, String language, String... more) {
    String[] headers = {"X-User", "alice", "Accept", accept, "Accept-Language", language};
    String[] all = Arrays.copyOf(headers, headers.length + more.length);
    System.arraycopy(more, 0, all, headers.length, more.length);
    golden.get(app, path, all);
  }

  @Test
  default void aDayThatIsUsedUp() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "refusals-of-a-day");
      useUpTheDay(app);
      golden.get(app, "/chat", "X-User", "alice");
      golden.get(app, "/chat", "X-User", "alice", "X-Zone", "Europe/Berlin", "X-Locale", "de-AT");
      golden.get(
          app, "/chat", "X-User", "alice", "Accept", "text/html", "Accept-Language", "en-US");
      golden.send(app, "POST", "/chat", "hello", "X-User", "alice", "Accept", "text/html");
      golden.get(app, "/both", "X-User", "alice");
      golden.get(app, "/chat/three", "X-User", "alice", "X-Plan", "pro");
      golden.send(app, "HEAD", "/chat", "", "X-User", "alice");
      golden.withoutBody().send(app, "OPTIONS", "/chat", "", "X-User", "alice");
      golden.get(app, "/quota/state?quota=chat", "X-User", "alice");
      golden.verify();
    }
  }

  @Test
  default void oneAfterTheOther() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "refusals-in-turn");
      app.use("/ping", 5);
      for (int i = 0; i < 4; i++) {
        golden.get(app, "/ping", "X-User", "alice");
      }
      app.use("/rolling-day", 24);
      golden.get(app, "/rolling-day", "X-User", "alice");
      app.use("/spend", 3);
      golden.get(app, "/spend", "X-User", "alice");
      golden.get(app, "/spend", "X-User", "alice", "Accept", "text/html");
      for (int i = 0; i < 8; i++) {
        app.quotas.charge(
            Subject.builder(Subject.Kind.USER, "u" + i).group(Scope.ORG, "acme").build(),
            "team-chat",
            1);
      }
      golden.get(app, "/team", "X-User", "alice", "X-Org", "acme");
      golden.get(app, "/team", "X-User", "alice", "X-Org", "acme", "Accept", "text/html");
      golden.note("what the application said to caches before");
      golden.get(app, "/ping", "X-User", "alice", "X-Cdn", "yes");
      golden.note("nobody has a name");
      for (int i = 0; i < 6; i++) {
        golden.get(app, "/ping");
      }
      golden.verify();
    }
  }

  @Test
  default void ceilingsOfRetryAfter() throws Exception {
    Golden golden = Golden.of(this, "retry-after");
    HttpApp.Settings usual = HttpApp.Settings.USUAL;
    try (RunningApp app = RunningApp.start(this, usual)) {
      useUpTheDay(app);
      golden.note("a minute, the default").get(app, "/chat", "X-User", "alice");
    }
    try (RunningApp app =
        RunningApp.start(this, usual.withCeiling(Optional.of(Duration.ofSeconds(5))))) {
      app.use("/ping", 5);
      golden.note("5 seconds").get(app, "/ping", "X-User", "alice");
    }
    try (RunningApp app = RunningApp.start(this, usual.withCeiling(Optional.empty()))) {
      useUpTheDay(app);
      golden.note("none").get(app, "/chat", "X-User", "alice");
    }
    golden.verify();
  }

  @Test
  default void whatIsAccepted() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "negotiation");
      app.use("/ping", 5);
      mediaTypesAndLanguages(app, golden);
      golden.note("links back");
      golden.get(
          app,
          "/ping",
          "X-User",
          "alice",
          "Accept",
          "text/html",
          "Referer",
          "http://127.0.0.1:" + app.port() + "/start");
      golden.verify();
    }
  }

  private static void mediaTypesAndLanguages(RunningApp app, Golden golden) throws Exception {
    for (String accept :
        new String[] {
          "*/*",
          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          "application/json, text/html",
          "text/html;q=0.4, application/json;q=0.9",
          "text/html;q=banana",
          ";;;,,,=",
          "text/event-stream"
        }) {
      golden.withoutBody().get(app, "/ping", "X-User", "alice", "Accept", accept);
    }
    for (String language : new String[] {"", "-", "xx", "de;q=nope", "de-CH, en;q=0.1", "*"}) {
      golden.get(app, "/ping", "X-User", "alice", "Accept-Language", language);
    }
  }

  @Test
  default void aStoreThatIsAway() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "store-away");
      app.store.goAway();
      for (String accept : new String[] {"application/json", "text/html"}) {
        for (String path : new String[] {"/away/deny", "/away/allow", "/away/local"}) {
          golden
              .spreading()
              .get(app, path, "X-User", "alice", "Accept", accept, "Accept-Language", "en");
        }
      }
      for (String language : new String[] {"de", "fr", "es", "pl", "ar", "ja", "zh"}) {
        golden.spreading().get(app, "/away/deny", "X-User", "bob", "Accept-Language", language);
      }
      golden.spreading().get(app, "/quota/state?quota=away-local", "X-User", "alice");
      golden.spreading().get(app, "/quota/state?quota=away-deny", "X-User", "alice");
      golden.spreading().get(app, "/quota/check?quota=away-allow&cost=2", "X-User", "alice");
      golden.note("closed while the application still serves");
      app.quotas.close();
      golden.spreading().get(app, "/chat", "X-User", "alice");
      golden.get(app, "/quota/state", "X-User", "alice");
      golden.verify();
    }
  }
}
