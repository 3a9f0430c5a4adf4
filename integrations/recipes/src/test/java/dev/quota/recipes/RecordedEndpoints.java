package dev.quota.recipes;

import dev.quota.http.Endpoint;
import dev.quota.http.QuotaHttp;
import dev.quota.http.QuotaHttpBuilder;
import dev.quota.httptests.HttpApp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The endpoints of the record, by path. */
final class RecordedEndpoints {

  private static final List<String> USUAL =
      List.of("ping", "week", "rolling-day", "image", "upload", "spend", "routed", "huge", "smart");

  private RecordedEndpoints() {}

  static QuotaHttp http(HttpApp app) {
    QuotaHttpBuilder http =
        QuotaHttp.builder(app.quotas())
            .headers(app.headers())
            .conversationSecret(app.conversationSecret());
    app.newConversations().ifPresent(http::newConversations);
    app.retryAfterCeiling().ifPresentOrElse(http::retryAfterCeiling, http::noRetryAfterCeiling);
    return http.build();
  }

  static Map<String, Endpoint> of(boolean conversations) {
    Map<String, Endpoint> all = new LinkedHashMap<>();
    all.put("/open", Endpoint.FREE);
    all.put("/chat", usual("chat"));
    all.put("/keyed", new Endpoint(List.of(Endpoint.Cost.usual("chat")), true));
    if (conversations) {
      all.put("/agents", usual("agents"));
      all.put("/agents/seven", fixed("agents", 7));
    } else {
      addOthers(all);
    }
    return all;
  }

  private static void addOthers(Map<String, Endpoint> all) {
    all.put("/chat/three", fixed("chat", 3));
    all.put(
        "/both", new Endpoint(List.of(Endpoint.Cost.usual("ping"), Endpoint.Cost.usual("chat"))));
    USUAL.forEach(name -> all.put("/" + name, usual(name)));
    all.put(
        "/sized",
        new Endpoint(
            List.of(
                new Endpoint.Cost(
                    "image", Optional.of(it -> Long.parseLong(it.parameter("n").orElseThrow()))))));
    all.put("/team", usual("team-chat"));
    all.put("/tokens", fixed("tokens", 0));
    all.put("/key-demanded", new Endpoint(List.of(Endpoint.Cost.usual("chat")), true, true));
    List.of("deny", "allow", "local").forEach(it -> all.put("/away/" + it, usual("away-" + it)));
  }

  private static Endpoint usual(String quota) {
    return new Endpoint(List.of(Endpoint.Cost.usual(quota)));
  }

  private static Endpoint fixed(String quota, long cost) {
    return new Endpoint(List.of(Endpoint.Cost.fixed(quota, cost)));
  }
}
