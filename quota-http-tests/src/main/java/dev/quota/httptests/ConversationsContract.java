package dev.quota.httptests;

import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The record of conversations and of requests that are sent twice. */
public interface ConversationsContract extends HttpStack {

  @Test
  default void conversations() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.WITH_CONVERSATIONS)) {
      Golden golden = Golden.of(this, "conversations");
      String first = conversation(golden.get(app, "/agents/seven", RunningApp.ALICE));
      String second = conversation(goOn(app, golden, "/agents/seven", first));
      golden.note("the first header again, passed on, beyond the units, beyond the calls");
      goOn(app, golden, "/agents?pass-on=1", first);
      goOn(app, golden, "/agents/seven", second);
      goOn(app, golden, "/agents", second);
      goOn(app, golden, "/agents", second);
      golden.note("a conversation that the application names");
      golden.get(app, "/agents?pass-on=1", "X-User", "alice", "X-Conversation", "run-1");
      golden.get(app, "/quota/state?quota=agents", "X-User", "alice", "X-Conversation", "run-1");
      golden.note("a redirected and a failed first request");
      golden.withoutBody().get(app, "/agents?to=/open", "X-User", "bob");
      golden.withoutBody().get(app, "/agents?status=500", "X-User", "bob");
      forgedHeaders(app, golden, first, second);
      golden.note("where the quota does not count on it, from another origin, with a key");
      goOn(app, golden, "/chat", second);
      golden.get(app, "/agents", "X-User", "dan", "Origin", "https://shop.example");
      golden.send(app, "POST", "/keyed", "hello", "X-User", "dan", "Idempotency-Key", "k1");
      golden.verify();
    }
  }

  private static void forgedHeaders(RunningApp app, Golden golden, String first, String second)
      throws Exception {
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
  }

  private static String conversation(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("Quota-Conversation").orElseThrow();
  }

  private static HttpResponse<byte[]> goOn(
      RunningApp app, Golden golden, String path, String header) {
    return golden.get(app, path, "X-User", "alice", "Quota-Conversation", header);
  }

  @Test
  default void conversationsWithoutEnd() throws Exception {
    HttpApp.Settings few = HttpApp.Settings.conversations(Optional.of("2 per 24 hours"));
    try (RunningApp app = RunningApp.start(this, few)) {
      Golden golden = Golden.of(this, "conversations-begun");
      for (int i = 0; i < 2; i++) {
        goOn(app, golden, "/agents", conversation(golden.get(app, "/agents", RunningApp.ALICE)));
      }
      golden.note("these are counted by the clock of the machine, so the body is left out");
      String third = conversation(golden.get(app, "/agents", RunningApp.ALICE));
      goOn(app, golden.withoutBody(), "/agents", third);
      golden.verify();
    }
  }

  @Test
  default void requestsThatAreSentTwice() throws Exception {
    try (RunningApp app = RunningApp.start(this, HttpApp.Settings.USUAL)) {
      Golden golden = Golden.of(this, "keys");
      String[] key = {"X-User", "alice", "Idempotency-Key", "\"8e03978e-40d5\""};
      golden.send(app, "POST", "/keyed", "hello", key);
      golden.send(app, "POST", "/keyed", "hello", key);
      golden.send(app, "POST", "/keyed?running=1", "hello", key);
      golden.note("the same key, unquoted, for another request, by somebody else");
      golden.send(
          app, "POST", "/keyed", "hello", "X-User", "alice", "Idempotency-Key", "8e03978e-40d5");
      golden.send(app, "POST", "/keyed", "another", key);
      golden.send(app, "POST", "/keyed", "hello", "X-User", "bob", "Idempotency-Key", key[3]);
      whileTheFirstRuns(app, golden);
      golden.note("no key, where it is optional and where it is demanded");
      golden.send(app, "POST", "/keyed", "hello", RunningApp.ALICE);
      golden.send(app, "POST", "/key-demanded", "hello", RunningApp.ALICE);
      golden.send(app, "POST", "/key-demanded", "", "X-User", "alice", "Accept", "text/html");
      malformedKeys(app, golden);
      golden.note("a failed first request");
      String[] failing = {"X-User", "dan", "Idempotency-Key", "f1"};
      golden.withoutBody().send(app, "POST", "/keyed?status=500", "hello", failing);
      golden.withoutBody().send(app, "POST", "/keyed?status=500", "hello", failing);
      golden.note("where no key is known");
      golden.send(app, "POST", "/chat", "hello", "X-User", "eve", "Idempotency-Key", "two words");
      golden.verify();
    }
  }

  private static void whileTheFirstRuns(RunningApp app, Golden golden) throws Exception {
    golden.note("the first still runs");
    golden.send(app, "POST", "/keyed?running=1", "on", "X-User", "carol", "Idempotency-Key", "r1");
    golden
        .spreading()
        .send(app, "POST", "/keyed?running=1", "on", "X-User", "carol", "Idempotency-Key", "r1");
  }

  private static void malformedKeys(RunningApp app, Golden golden) throws Exception {
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
  }
}
