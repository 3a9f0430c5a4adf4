package dev.quota.servlet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quota.Subject;
import dev.quota.policy.Action;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.InBrowser;
import dev.quota.servlet.browser.PageClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A page of Alice's with the web component on it, under a policy that forbids what it can. */
@InBrowser
abstract class ComponentTest {

  static final String ALICE = "alice";

  final Browser browser;
  ComponentApp pages;
  TestApp app;

  ComponentTest(Browser browser) {
    this.browser = browser;
  }

  static Policies policies() {
    return Policies.builder()
        .plan(new Plan("free", "Free", List.of(new Action("upgrade", "See plans", "/plans"))))
        .plan(Plan.of("enterprise"))
        .quota(
            QuotaPolicy.builder("chat")
                .label("Chat messages")
                .unit(Unit.count("message", "messages"))
                .limit("burst", "10 per minute")
                .limit("daily", "50 per calendar day")
                .planUnlimited("enterprise", "burst")
                .planUnlimited("enterprise", "daily")
                .warnAt("80%", "95%")
                .build())
        .quota(QuotaPolicy.builder("slow").limit("pace", "1 per 2 minutes").build())
        .quota(QuotaPolicy.builder("ping").label("Pings").limit("minute", "5 per minute").build())
        .quota(
            QuotaPolicy.builder("report")
                .label("Reports")
                .unit(Unit.count("report", "reports"))
                .limit("daily", "2 per calendar day")
                .build())
        .quota(
            QuotaPolicy.builder("draft")
                .label("Drafts")
                .limit("daily", "2 per calendar day")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradedLabel("a smaller model")
                .build())
        .quota(
            QuotaPolicy.builder("image")
                .label("Images")
                .unit(Unit.count("image", "images"))
                .limit("monthly", "20 per calendar month")
                .planCapacity("free", "monthly", 0)
                .build())
        .quota(
            QuotaPolicy.builder("note")
                .label("Notes")
                .limit("daily", "100 per calendar day")
                .onStoreFailure(OnStoreFailure.LOCAL)
                .build())
        .quota(
            QuotaPolicy.builder("search")
                .label("Searches")
                .limit("daily", "100 per calendar day")
                .planUnlimited("free", "daily")
                .build())
        .build();
  }

  /** What the application consists of, besides its pages. */
  TestApp.Builder application() {
    return TestApp.with(policies())
        .servlet("/chat", new TestServlets.Chat())
        .servlet("/ping", new TestServlets.Ping());
  }

  @BeforeEach
  void start() throws Exception {
    pages = new ComponentApp(application());
    app = pages.app;
    browser.headers(Map.of("X-User", ALICE, "X-Plan", "free", "X-Zone", "UTC"));
  }

  @AfterEach
  void stop() {
    pages.close();
  }

  /** Charges Alice, a minute's worth at most at a time, and moves the clock on between. */
  void use(String quota, int units) {
    for (int i = 0; i < units; i++) {
      app.quotas.charge(subject(), quota, 1);
      app.advanceMillis(6_000);
    }
  }

  /** Charges Alice at once. */
  void spend(String quota, int units) {
    for (int i = 0; i < units; i++) {
      app.quotas.charge(subject(), quota, 1);
    }
  }

  private static Subject subject() {
    return Subject.builder(Subject.Kind.USER, ALICE).plan("free").build();
  }

  /** Stops the clock of pages at the server's time; from now on the server follows it. */
  PageClock stopClock() {
    return browser.stopClock().startAt(Instant.ofEpochMilli(app.nowMillis.get()));
  }

  /**
   * From now on {@link #spoken} knows what live regions came to say. Hears every change of a region
   * that leaves a text in it.
   */
  void listen() {
    browser.beforeEachPage(
        """
        window.spoken = [];
        const attach = Element.prototype.attachShadow;
        Element.prototype.attachShadow = function (options) {
          const root = attach.call(this, options);
          new MutationObserver((changes) => {
            const regions = changes.map(({target}) => (target.closest ? target : target.parentElement)
              ?.closest('[role=status], [role=alert], [aria-live]'));
            for (const region of new Set(regions)) {
              if (region?.textContent) {
                spoken.push(`${region.getAttribute('role')}: ${region.innerText}`);
              }
            }
          }).observe(root, {subtree: true, childList: true, characterData: true});
          return root;
        };
        """);
  }

  /** Returns what live regions said since the page was opened, each with its role before it. */
  List<String> spoken() {
    return ((List<?>) browser.script("return spoken"))
        .stream().map(text -> String.valueOf(text).replaceAll("\\s+", " ").strip()).toList();
  }

  /** Opens a page with some elements on it. */
  void open(String elements) {
    browser.open(
        pages.put(
            "page",
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="color-scheme" content="light dark">
            <title>A page</title>
            <script type="module" src="/quota/quota.js"></script>
            </head>
            <body><main><h1>A page</h1>
            %s
            </main></body></html>
            """
                .formatted(elements)));
  }

  /** Runs a script for which {@code quota} is the component's module, and returns its result. */
  Object module(String script, Object... arguments) {
    return browser.script(
        "return (async (...given) => { const quota = await import('/quota/quota.js'); "
            + script
            + " })(...arguments)",
        arguments);
  }

  static ObjectNode quota(ObjectNode state, String name) {
    for (var quota : state.get("quotas")) {
      if (quota.get("name").asText().equals(name)) {
        return (ObjectNode) quota;
      }
    }
    throw new AssertionError("no quota " + name + " in " + state);
  }
}
