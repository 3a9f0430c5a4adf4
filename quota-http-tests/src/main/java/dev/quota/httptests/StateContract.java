package dev.quota.httptests;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The record of the state endpoints and of the files of the component. */
public interface StateContract extends HttpStack {

  private static void use(RunningApp app) {
    app.get("/chat", RunningApp.ALICE);
    app.get("/chat/three", RunningApp.ALICE);
    app.get("/image", RunningApp.ALICE);
    app.get("/smart", RunningApp.ALICE);
    app.get("/smart", RunningApp.ALICE);
    app.get("/spend", RunningApp.ALICE);
    app.get("/spend", RunningApp.ALICE);
  }

  /**
   * Compares the states of all quotas.
   *
   * @return a test for each language
   */
  @TestFactory
  default Stream<DynamicTest> everyQuotaInEveryLanguage() {
    return languages().stream().map(it -> DynamicTest.dynamicTest(it, () -> everyQuota(this, it)));
  }

  private static void everyQuota(HttpStack stack, String language) throws Exception {
    try (RunningApp app = RunningApp.start(stack, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(stack, "state-" + language);
      use(app);
      golden.get(app, "/quota/state", "X-User", "alice", "Accept-Language", language);
      golden.get(app, "/quota/check?quota=chat&cost=11&locale=" + language, RunningApp.ALICE);
      golden.get(app, "/quota/check?quota=chat&cost=7&locale=" + language, RunningApp.ALICE);
      golden.get(app, "/quota/state?quota=nothing&locale=" + language, RunningApp.ALICE);
      golden.get(app, "/quota/check?quota=chat&cost=none&locale=" + language, RunningApp.ALICE);
      golden.get(app, "/quota/check?locale=" + language, RunningApp.ALICE);
      golden.get(app, "/quota/else?locale=" + language, RunningApp.ALICE);
      golden.verify();
    }
  }

  @Test
  default void statesOfOthers() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "state-of-others");
      golden.get(app, "/quota/state");
      golden.get(app, "/quota/state", "X-User", "pat", "X-Plan", "pro");
      golden.get(app, "/quota/state", "X-User", "eve", "X-Plan", "enterprise", "X-Org", "acme");
      golden.get(app, "/quota/state?quota=image", "X-User", "tom", "X-Plan", "trial");
      golden.get(app, "/quota/state?quota=chat", "X-User", "tokio", "X-Zone", "Asia/Tokyo");
      golden.get(app, "/quota/state?quota=chat", "X-User", "ann", "X-Locale", "pl-PL");
      golden.verify();
    }
  }

  @Test
  default void checks() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "checks");
      for (String cost : new String[] {"0", "1", "10", "51", "9007199254740991"}) {
        golden.get(app, "/quota/check?quota=chat&cost=" + cost, RunningApp.ALICE);
      }
      for (String cost : new String[] {"", "-1", "1.5", "1e3", "9007199254740992", "%D9%A3"}) {
        golden.get(app, "/quota/check?quota=chat&cost=" + cost, RunningApp.ALICE);
      }
      golden.get(app, "/quota/check?quota=image&cost=1", "X-User", "tom", "X-Plan", "trial");
      golden.get(app, "/quota/check?quota=routed&cost=2", RunningApp.ALICE);
      golden.verify();
    }
  }

  @Test
  default void otherMethodsAndMalformedAddresses() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "state-malformed");
      golden.send(app, "HEAD", "/quota/state?quota=chat", "", RunningApp.ALICE);
      golden.send(app, "HEAD", "/quota/else", "", RunningApp.ALICE);
      golden.withoutBody().send(app, "OPTIONS", "/quota/state", "", RunningApp.ALICE);
      for (String method : new String[] {"POST", "PUT", "DELETE"}) {
        golden.statusOnly().send(app, method, "/quota/state", "", RunningApp.ALICE);
      }
      golden.get(app, "/quota/state?quota=", RunningApp.ALICE);
      golden.get(app, "/quota/state?quota=" + "long".repeat(30), RunningApp.ALICE);
      golden.get(app, "/quota/state?quota=%3Cscript%3E", RunningApp.ALICE);
      golden.get(app, "/quota/state?quota=chat&locale=x_y", RunningApp.ALICE);
      golden.get(app, "/quota/state?quota=chat&locale=" + "de-".repeat(60), RunningApp.ALICE);
      golden.get(app, "/quota/state?quota=chat&locale=nl", RunningApp.ALICE);
      golden.get(app, "/quota/state?quota=chat&locale=", RunningApp.ALICE);
      golden.get(app, "/quota/", RunningApp.ALICE);
      golden.get(app, "/quota/state/more", RunningApp.ALICE);
      golden.verify();
    }
  }

  @Test
  default void filesOfTheComponent() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "component");
      for (String path :
          new String[] {"/quota/quota.js", app.componentPath(), "/quota/quota.d.ts"}) {
        for (String encoding : new String[] {"identity", "gzip", "br, gzip;q=0.5", "gzip;q=0"}) {
          String tag =
              golden
                  .withoutBody()
                  .get(app, path, "Accept-Encoding", encoding)
                  .headers()
                  .firstValue("ETag")
                  .orElseThrow();
          golden.get(app, path, "Accept-Encoding", encoding, "If-None-Match", tag);
          golden.get(app, path, "Accept-Encoding", encoding, "If-None-Match", "W/" + tag);
        }
        golden.withoutBody().get(app, path, "If-None-Match", "\"other\"");
        golden.withoutBody().send(app, "HEAD", path, "");
        golden.withoutBody().send(app, "OPTIONS", path, "");
        golden.statusOnly().send(app, "POST", path, "");
      }
      golden.get(app, "/quota/quota-0123456789abcdef.js", RunningApp.ALICE);
      golden.get(app, "/quota/quota.css", RunningApp.ALICE);
      golden.verify();
    }
  }
}
