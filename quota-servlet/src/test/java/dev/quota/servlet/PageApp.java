package dev.quota.servlet;

import dev.quota.Charge;
import dev.quota.Quota;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import jakarta.servlet.http.HttpServletRequest;
import java.io.StringReader;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** An application whose refusals are looked at. A browser's tab says who asks in the address. */
final class PageApp implements AutoCloseable {

  private static final String POLICIES =
      """
      version: 1
      plans:
        free:
          label: Free
          labels: {de: Kostenlos, fr: Gratuit, ar: مجانية, ja: 無料}
          actions:
            - {rel: upgrade, label: See plans, href: /plans,
               labels: {de: Tarife ansehen, fr: Voir les forfaits, ar: عرض الباقات, ja: プランを見る}}
            - {rel: help, label: Ask for more, href: "mailto:help@example.com",
               labels: {de: Mehr anfragen, fr: En demander plus, ar: طلب المزيد, ja: 追加を依頼する}}
        trial: {label: Trial, actions: [{rel: upgrade, label: See plans, href: /plans}]}
        top: {label: Top}
        large: {label: Large}
      quotas:
        chat:
          label: Chat messages
          labels: {de: Chatnachrichten, fr: Messages du chat, ar: رسائل المحادثة, ja: チャットメッセージ}
          unit: {name: message, label: messages}
          limits: {burst: 10 per minute, daily: 50 per calendar day}
          warn-at: [80%]
          plans: {large: {daily: 500}}
        image:
          label: Images
          labels: {de: Bilder, fr: Images, ar: الصور, ja: 画像}
          unit: {name: image, label: images}
          limits: {monthly: 20 per calendar month}
          plans: {trial: {monthly: 0}}
        video:
          label: Videos
          labels: {de: Videos}
          unit: {name: second, label: seconds, labels: {de: {one: Sekunde, other: Sekunden}}}
          limits: {daily: {limit: 60 per calendar day, label: A day, labels: {de: Am Tag}}}
          plans: {large: {daily: 600}}
          when-exhausted: degrade
          degraded-label: a smaller picture
          degraded-labels: {de: ein kleineres Bild}
      """;

  final TestApp app;

  PageApp() throws Exception {
    this(UnaryOperator.identity());
  }

  PageApp(UnaryOperator<QuotaFilterBuilder> customise) throws Exception {
    app =
        TestApp.with(policies())
            .servlet("/chat", new TestServlets.Chat())
            .servlet("/image", new TestServlets.Image())
            .servlet("/sized", new TestServlets.SizedImage())
            .servlet("/both", new ChatAndImage())
            .servlet("/plans", new TestServlets.Open())
            .customise(builder -> customise.apply(builder.subjects(PageApp::subject)))
            .start();
  }

  static Policies policies() {
    return PolicyFile.read("quotas.yaml", new StringReader(POLICIES));
  }

  private static Subject subject(HttpServletRequest request) {
    Subject.Builder subject = Subject.builder(Subject.Kind.USER, "alice");
    String plan = request.getParameter("plan");
    String zone = request.getParameter("zone");
    String reads = request.getParameter("reads");
    if (plan != null) {
      subject.plan(plan);
    }
    if (zone != null) {
      subject.zone(ZoneId.of(zone));
    }
    if (reads != null) {
      subject.locale(Locale.forLanguageTag(reads));
    }
    return subject.build();
  }

  /** Uses up the minute of the chat. */
  PageApp useMinute() {
    charge("chat", 10);
    return this;
  }

  /** Uses up the day of the chat. */
  PageApp useDay() {
    for (int i = 0; i < 5; i++) {
      charge("chat", 10);
      app.advanceMillis(60_000);
    }
    return this;
  }

  PageApp charge(String quota, long cost) {
    boolean charged =
        app.quotas.charge(Subject.user("alice"), List.of(new Charge(quota, cost))).isAllowed();
    if (!charged) {
      throw new AssertionError("no room for " + cost + " of " + quota);
    }
    return this;
  }

  String url(String path) {
    return "http://127.0.0.1:" + app.port() + path;
  }

  Answer page(String path, String... headers) {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "Accept";
    all[1] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    return app.get(path, all);
  }

  @Override
  public void close() {
    app.close();
  }

  @Quota("chat")
  @Quota(value = "image", cost = 4)
  private static final class ChatAndImage extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }
}
