package dev.quota.httptests;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.Scope;
import dev.quota.store.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an adapter is given for one test. Safe for use by several threads. */
public final class HttpApp {

  private static final String CONVERSATIONS = "agents.yaml";

  final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  final OutageStore store = new OutageStore(clock);
  private final Settings settings;
  private final Quotas quotas;

  HttpApp(Settings settings) {
    this.settings = settings;
    String path = "golden/" + settings.policies;
    quotas =
        Quotas.builder()
            .policies(
                PolicyFile.read(
                    path, Objects.requireNonNull(HttpApp.class.getResourceAsStream("/" + path))))
            .clock(clock)
            .store(store)
            .build();
  }

  /**
   * What tests set.
   *
   * @param policies the file
   * @param headers the dialect
   * @param retryAfterCeiling none if there is no ceiling
   * @param newConversations none for the default
   */
  record Settings(
      String policies,
      HeaderDialect headers,
      Optional<Duration> retryAfterCeiling,
      Optional<String> newConversations) {

    static final Settings USUAL =
        new Settings(
            "quotas.yaml",
            HeaderDialect.draft11(),
            Optional.of(Duration.ofMinutes(1)),
            Optional.empty());

    static final Settings WITH_CONVERSATIONS = conversations(Optional.empty());

    static Settings conversations(Optional<String> limit) {
      return new Settings(CONVERSATIONS, USUAL.headers, USUAL.retryAfterCeiling, limit);
    }

    Settings withHeaders(HeaderDialect dialect) {
      return new Settings(policies, dialect, retryAfterCeiling, newConversations);
    }

    Settings withCeiling(Optional<Duration> ceiling) {
      return new Settings(policies, headers, ceiling, newConversations);
    }
  }

  /**
   * Returns the engine, closed by the suite.
   *
   * @return the engine
   */
  public Quotas quotas() {
    return quotas;
  }

  /**
   * Returns whether the policies limit conversations.
   *
   * @return true if there are the endpoints of agents
   */
  public boolean hasConversations() {
    return settings.policies.equals(CONVERSATIONS);
  }

  /**
   * Returns the headers to be written.
   *
   * @return the dialect
   */
  public HeaderDialect headers() {
    return settings.headers;
  }

  /**
   * Returns the longest wait that {@code Retry-After} says.
   *
   * @return the ceiling, or empty for none
   */
  public Optional<Duration> retryAfterCeiling() {
    return settings.retryAfterCeiling;
  }

  /**
   * Returns how many conversations each subject begins.
   *
   * @return a limit in words; empty for the default
   */
  public Optional<String> newConversations() {
    return settings.newConversations;
  }

  /**
   * Returns the secret that signs conversations.
   *
   * @return 16 bytes
   */
  public byte[] conversationSecret() {
    return "sixteen bytes at".getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Returns who is charged, as the headers {@code X-User}, {@code X-Plan}, {@code X-Zone}, {@code
   * X-Locale}, {@code X-Org} and {@code X-Conversation} say.
   *
   * @param header finds the first line of a header, or null
   * @param unnamed who is charged without {@code X-User}: the subject that the adapter makes of an
   *     address
   * @return the subject
   */
  public Subject subject(Function<String, @Nullable String> header, Supplier<Subject> unnamed) {
    String user = header.apply("X-User");
    Subject.Builder subject =
        user == null ? unnamed.get().toBuilder() : Subject.builder(Subject.Kind.USER, user);
    find(header, "X-Plan").ifPresent(subject::plan);
    find(header, "X-Zone").map(ZoneId::of).ifPresent(subject::zone);
    find(header, "X-Locale").map(Locale::forLanguageTag).ifPresent(subject::locale);
    find(header, "X-Org").ifPresent(org -> subject.group(Scope.ORG, org));
    find(header, "X-Conversation").ifPresent(subject::conversation);
    return subject.build();
  }

  private static Optional<String> find(Function<String, @Nullable String> header, String name) {
    return Optional.ofNullable(header.apply(name));
  }
}
