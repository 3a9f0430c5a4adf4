package dev.quota.servlet;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The golden record of conversations and of requests that are sent twice. */
class GoldenConversationsTest {

  private static final String[] ALICE = {"X-User", "alice"};

  private TestApp app;

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void conversations() throws Exception {
    app = GoldenServlets.withConversations().start();
    Golden golden = Golden.of("conversations");
    String first = conversation(golden.get(app, "/agents/seven", ALICE));
    String second = conversation(goOn(golden, "/agents/seven", first));
    golden.note("the first header again, passed on, beyond the units, beyond the calls");
    goOn(golden, "/agents?pass-on=1", first);
    goOn(golden, "/agents/seven", second);
    goOn(golden, "/agents", second);
    goOn(golden, "/agents", second);
    golden.note("a conversation that the application names");
    golden.get(app, "/agents?pass-on=1", "X-User", "alice", "X-Conversation", "run-1");
    golden.get(app, "/quota/state?quota=agents", "X-User", "alice", "X-Conversation", "run-1");
    golden.note("a redirected and a failed first request");
    golden.withoutBody().get(app, "/agents?to=/open", "X-User", "bob");
    golden.withoutBody().get(app, "/agents?status=500", "X-User", "bob");
    golden.note("forged, of somebody else, malformed");
    golden.get(app, "/agents", "X-User", "bob", "Quota-Conversation", second);
    golden.get(
        app, "/agents", "X-User", "alice", "Quota-Conversation", "\"x\"", "Accept-Language", "de");
    golden.get(app, "/chat", "X-User", "alice", "Quota-Conversation", "");
    golden.get(
        app,
        "/agents",
        "X-User",
        "alice",
        "Quota-Conversation",
        first,
        "Quota-Conversation",
        second);
    golden.note("where the quota does not count on it, from another origin, with a key");
    goOn(golden, "/chat", second);
    golden.get(app, "/agents", "X-User", "dan", "Origin", "https://shop.example");
    golden.send(app, "POST", "/keyed", "hello", "X-User", "dan", "Idempotency-Key", "k1");
    golden.verify();
  }

  private static String conversation(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("Quota-Conversation").orElseThrow();
  }

  private HttpResponse<byte[]> goOn(Golden golden, String path, String header) {
    return golden.get(app, path, "X-User", "alice", "Quota-Conversation", header);
  }

  @Test
  void conversationsWithoutEnd() throws Exception {
    app =
        GoldenServlets.withConversations()
            .customise(filter -> GoldenServlets.usual(filter).newConversations("2 per 24 hours"))
            .start();
    Golden golden = Golden.of("conversations-begun");
    for (int i = 0; i < 2; i++) {
      goOn(golden, "/agents", conversation(golden.get(app, "/agents", ALICE)));
    }
    golden.note("these are counted by the clock of the machine, so the body is left out");
    String third = conversation(golden.get(app, "/agents", ALICE));
    goOn(golden.withoutBody(), "/agents", third);
    golden.verify();
  }

  @Test
  void requestsThatAreSentTwice() throws Exception {
    app = GoldenServlets.app().start();
    Golden golden = Golden.of("keys");
    String[] key = {"X-User", "alice", "Idempotency-Key", "\"8e03978e-40d5\""};
    golden.send(app, "POST", "/keyed", "hello", key);
    golden.send(app, "POST", "/keyed", "hello", key);
    golden.send(app, "POST", "/keyed?running=1", "hello", key);
    golden.note("the same key, unquoted, for another request, by somebody else");
    golden.send(
        app, "POST", "/keyed", "hello", "X-User", "alice", "Idempotency-Key", "8e03978e-40d5");
    golden.send(app, "POST", "/keyed", "another", key);
    golden.send(app, "POST", "/keyed", "hello", "X-User", "bob", "Idempotency-Key", key[3]);
    golden.note("the first still runs");
    golden.send(app, "POST", "/keyed?running=1", "on", "X-User", "carol", "Idempotency-Key", "r1");
    golden
        .spreading()
        .send(app, "POST", "/keyed?running=1", "on", "X-User", "carol", "Idempotency-Key", "r1");
    golden.note("no key, where it is optional and where it is demanded");
    golden.send(app, "POST", "/keyed", "hello", ALICE);
    golden.send(app, "POST", "/key-demanded", "hello", ALICE);
    golden.send(app, "POST", "/key-demanded", "", "X-User", "alice", "Accept", "text/html");
    golden.note("malformed");
    for (String wrong : new String[] {"", "\"", "two words", "x".repeat(256)}) {
      golden.send(app, "POST", "/keyed", "hello", "X-User", "alice", "Idempotency-Key", wrong);
    }
    golden.send(
        app,
        "POST",
        "/keyed",
        "",
        "X-User",
        "alice",
        "Idempotency-Key",
        "a",
        "Idempotency-Key",
        "b");
    golden.note("a failed first request");
    String[] failing = {"X-User", "dan", "Idempotency-Key", "f1"};
    golden.withoutBody().send(app, "POST", "/keyed?status=500", "hello", failing);
    golden.withoutBody().send(app, "POST", "/keyed?status=500", "hello", failing);
    golden.note("where no key is known");
    golden.send(app, "POST", "/chat", "hello", "X-User", "eve", "Idempotency-Key", "two words");
    golden.verify();
  }
}
