package dev.quota.servlet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden record of the state endpoints and of the files of the component. */
class GoldenStateTest {

  private static final String[] ALICE = {"X-User", "alice"};

  private TestApp app;
  private QuotaFilter filter;

  @BeforeEach
  void start() throws Exception {
    app = GoldenServlets.app().installed(installed -> filter = installed).start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private void use() {
    app.get("/chat", ALICE);
    app.get("/chat/three", ALICE);
    app.get("/image", ALICE);
    app.get("/smart", ALICE);
    app.get("/smart", ALICE);
    app.get("/spend", ALICE);
    app.get("/spend", ALICE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "fr", "es", "pl", "ar", "ja", "zh"})
  void everyQuotaInEveryLanguage(String language) throws Exception {
    Golden golden = Golden.of("state-" + language);
    use();
    golden.get(app, "/quota/state", "X-User", "alice", "Accept-Language", language);
    golden.get(app, "/quota/check?quota=chat&cost=11&locale=" + language, ALICE);
    golden.get(app, "/quota/check?quota=chat&cost=7&locale=" + language, ALICE);
    golden.get(app, "/quota/state?quota=nothing&locale=" + language, ALICE);
    golden.get(app, "/quota/check?quota=chat&cost=none&locale=" + language, ALICE);
    golden.get(app, "/quota/check?locale=" + language, ALICE);
    golden.get(app, "/quota/else?locale=" + language, ALICE);
    golden.verify();
  }

  @Test
  void statesOfOthers() throws Exception {
    Golden golden = Golden.of("state-of-others");
    golden.get(app, "/quota/state");
    golden.get(app, "/quota/state", "X-User", "pat", "X-Plan", "pro");
    golden.get(app, "/quota/state", "X-User", "eve", "X-Plan", "enterprise", "X-Org", "acme");
    golden.get(app, "/quota/state?quota=image", "X-User", "tom", "X-Plan", "trial");
    golden.get(app, "/quota/state?quota=chat", "X-User", "tokio", "X-Zone", "Asia/Tokyo");
    golden.get(app, "/quota/state?quota=chat", "X-User", "ann", "X-Locale", "pl-PL");
    golden.verify();
  }

  @Test
  void checks() throws Exception {
    Golden golden = Golden.of("checks");
    for (String cost : new String[] {"0", "1", "10", "51", "9007199254740991"}) {
      golden.get(app, "/quota/check?quota=chat&cost=" + cost, ALICE);
    }
    for (String cost : new String[] {"", "-1", "1.5", "1e3", "9007199254740992", "%D9%A3"}) {
      golden.get(app, "/quota/check?quota=chat&cost=" + cost, ALICE);
    }
    golden.get(app, "/quota/check?quota=image&cost=1", "X-User", "tom", "X-Plan", "trial");
    golden.get(app, "/quota/check?quota=routed&cost=2", ALICE);
    golden.verify();
  }

  @Test
  void otherMethodsAndMalformedAddresses() throws Exception {
    Golden golden = Golden.of("state-malformed");
    golden.send(app, "HEAD", "/quota/state?quota=chat", "", ALICE);
    golden.send(app, "HEAD", "/quota/else", "", ALICE);
    golden.send(app, "OPTIONS", "/quota/state", "", ALICE);
    for (String method : new String[] {"POST", "PUT", "DELETE"}) {
      golden.statusOnly().send(app, method, "/quota/state", "", ALICE);
    }
    golden.get(app, "/quota/state?quota=", ALICE);
    golden.get(app, "/quota/state?quota=" + "long".repeat(30), ALICE);
    golden.get(app, "/quota/state?quota=%3Cscript%3E", ALICE);
    golden.get(app, "/quota/state?quota=chat&locale=x_y", ALICE);
    golden.get(app, "/quota/state?quota=chat&locale=" + "de-".repeat(60), ALICE);
    golden.get(app, "/quota/state?quota=chat&locale=nl", ALICE);
    golden.get(app, "/quota/state?quota=chat&locale=", ALICE);
    golden.get(app, "/quota/", ALICE);
    golden.get(app, "/quota/state/more", ALICE);
    golden.verify();
  }

  @Test
  void filesOfTheComponent() throws Exception {
    Golden golden = Golden.of("component");
    for (String path :
        new String[] {"/quota/quota.js", filter.componentPath(), "/quota/quota.d.ts"}) {
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
      golden.send(app, "OPTIONS", path, "");
      golden.statusOnly().send(app, "POST", path, "");
    }
    golden.get(app, "/quota/quota-0123456789abcdef.js", ALICE);
    golden.get(app, "/quota/quota.css", ALICE);
    golden.verify();
  }
}
