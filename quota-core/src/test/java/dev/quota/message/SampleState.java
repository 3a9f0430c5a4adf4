package dev.quota.message;

import dev.quota.Decision;
import dev.quota.GrantRequest;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.QuotasBuilder;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.Action;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.FailingStore;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** One quota of a real engine whose clock is moved by hand, and one person who uses it. */
final class SampleState implements AutoCloseable {

  static final QuotaMessages MESSAGES = QuotaMessages.create();
  static final Plan FREE =
      new Plan(
          "free",
          "Free",
          List.of(
              new Action(
                  "upgrade",
                  "See plans",
                  "https://example.com/plans",
                  Translated.into("See plans"))),
          Translated.into("Free"));
  static final Plan TOP = Plan.of("enterprise");

  /** Returns a language as it is shipped. */
  static Language language(Locale locale) {
    return new Catalogues(Optional.empty(), Catalogues.SHIPPED).read(locale);
  }

  /** Returns the keys of all texts that need no state. */
  static List<String> textKeys() {
    return BundleFiles.shipped("en", new ArrayList<>()).keySet().stream()
        .filter(key -> key.startsWith("problem.") || key.startsWith("page.") || isTitle(key))
        .sorted()
        .toList();
  }

  private static boolean isTitle(String key) {
    return key.startsWith("refusal.") && !Set.of("refusal.action", "refusal.upgrade").contains(key);
  }

  private final AtomicLong now;
  private final String quota;
  private final Quotas quotas;
  private final List<Reservation> running = new ArrayList<>();
  private final Subject subject;
  private final QuotaMessages messages;
  private Locale locale = Locale.ENGLISH;

  private SampleState(
      QuotaPolicy policy,
      String now,
      Optional<String> zone,
      Subject.Kind kind,
      Optional<String> plan,
      boolean plans,
      QuotaMessages messages,
      Optional<Integer> nodesWithoutStore) {
    this.now = new AtomicLong(Instant.parse(now).toEpochMilli());
    this.quota = policy.name();
    this.messages = messages;
    Policies.Builder policies = Policies.builder().quota(policy);
    if (plans) {
      policies.plan(FREE).plan(TOP);
    }
    QuotasBuilder engine = Quotas.builder().policies(policies.build()).clock(this.now::get);
    nodesWithoutStore.ifPresent(nodes -> engine.nodes(nodes).store(away()));
    this.quotas = engine.build();
    Subject.Builder builder = Subject.builder(kind, kind == Subject.Kind.USER ? "u" : "192.0.2.1");
    zone.ifPresent(id -> builder.zone(ZoneId.of(id)));
    plan.ifPresent(builder::plan);
    if (kind == Subject.Kind.USER) {
      builder.group(Scope.ORG, "acme").group(Scope.TEAM, "red").conversation("run-1");
    }
    this.subject = builder.build();
  }

  private FailingStore away() {
    FailingStore store = new FailingStore(now::get);
    store.goAway();
    return store;
  }

  static SampleState of(QuotaPolicy policy, String now) {
    return of(policy, now, "UTC");
  }

  static SampleState of(QuotaPolicy policy, String now, String zone) {
    return new SampleState(
        policy,
        now,
        Optional.of(zone),
        Subject.Kind.USER,
        Optional.empty(),
        false,
        MESSAGES,
        Optional.empty());
  }

  static SampleState withMessages(QuotaPolicy policy, String now, QuotaMessages messages) {
    return new SampleState(
        policy,
        now,
        Optional.of("UTC"),
        Subject.Kind.USER,
        Optional.empty(),
        false,
        messages,
        Optional.empty());
  }

  static SampleState withoutZone(QuotaPolicy policy, String now) {
    return new SampleState(
        policy,
        now,
        Optional.empty(),
        Subject.Kind.USER,
        Optional.empty(),
        false,
        MESSAGES,
        Optional.empty());
  }

  static SampleState onPlan(QuotaPolicy policy, String now, String plan) {
    return new SampleState(
        policy,
        now,
        Optional.of("UTC"),
        Subject.Kind.USER,
        Optional.of(plan),
        true,
        MESSAGES,
        Optional.empty());
  }

  static SampleState fromAddress(QuotaPolicy policy, String now) {
    return new SampleState(
        policy,
        now,
        Optional.of("UTC"),
        Subject.Kind.ADDRESS,
        Optional.empty(),
        false,
        MESSAGES,
        Optional.empty());
  }

  /** Returns a scene on one of several nodes whose store does not answer. */
  static SampleState away(QuotaPolicy policy, String now, int nodes) {
    return new SampleState(
        policy,
        now,
        Optional.of("UTC"),
        Subject.Kind.USER,
        Optional.of("free"),
        true,
        MESSAGES,
        Optional.of(nodes));
  }

  /** Speaks another language from here on. */
  SampleState in(Locale language) {
    locale = language;
    return this;
  }

  SampleState use(long units) {
    quotas.charge(subject, quota, units);
    return this;
  }

  /** Reserves units for work that goes on running, if it may begin. */
  SampleState reserve(long units) {
    Reservation work = quotas.reserve(subject, quota, units);
    if (work.isAllowed()) {
      running.add(work);
    }
    return this;
  }

  /** Lets the work that was reserved for use so much in all. */
  SampleState grow(long soFar) {
    running.forEach(work -> work.used(soFar));
    return this;
  }

  /** Grants units for two days. */
  SampleState grant(long units) {
    String id = "grant" + now.get() + "/" + units;
    quotas.grant(
        GrantRequest.builder(subject, quota, units)
            .reason("test")
            .expiresAt(Instant.ofEpochMilli(now.get() + 172_800_000))
            .operationId(id)
            .build());
    return this;
  }

  Message cut() {
    QuotaSnapshot snapshot = snapshot();
    return messages.cut(snapshot, snapshot.quota(quota).orElseThrow(), locale);
  }

  SampleState useOneByOne(int times) {
    for (int i = 0; i < times; i++) {
      use(1);
    }
    return this;
  }

  SampleState later(long millis) {
    now.addAndGet(millis);
    return this;
  }

  QuotaSnapshot snapshot() {
    return quotas.states(subject);
  }

  QuotaState state() {
    return snapshot().quota(quota).orElseThrow();
  }

  Message message() {
    QuotaSnapshot snapshot = snapshot();
    return messages.message(snapshot, snapshot.quota(quota).orElseThrow(), locale);
  }

  Message check(long cost) {
    QuotaSnapshot snapshot = quotas.check(subject, quota, cost);
    return messages.message(snapshot, snapshot.quota(quota).orElseThrow(), locale);
  }

  List<LimitText> limits() {
    QuotaSnapshot snapshot = snapshot();
    QuotaState state = snapshot.quota(quota).orElseThrow();
    return state.limits().stream()
        .map((LimitState limit) -> messages.limit(snapshot, state, limit, locale))
        .toList();
  }

  Refusal refusal(long cost) {
    Decision decision = quotas.charge(subject, quota, cost);
    return messages.refusal(decision, locale);
  }

  @Override
  public void close() {
    quotas.close();
  }
}
