package dev.quota.message;

import dev.quota.Action;
import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.Plan;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The words for states and refusals. Instances are immutable and safe for use by several threads.
 */
public final class QuotaMessages {

  private static final int LONGEST_USUAL_TEXT = 200;

  /** Locales come from requests: what is remembered about them has a bound. */
  private static final int MAX_REMEMBERED_LOCALES = 500;

  private final List<Language> languages;
  private final List<Locale> available;
  private final Language fallback;
  private final Map<Locale, Language> nearest = new ConcurrentHashMap<>();

  private QuotaMessages(Builder builder) {
    languages = new Bundles(Optional.ofNullable(builder.bundles)).read(builder.languages);
    available = languages.stream().map(Language::locale).toList();
    fallback =
        languages.stream()
            .filter(language -> language.locale().equals(builder.defaultLocale))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "defaultLocale must be one of "
                            + available
                            + ", was "
                            + builder.defaultLocale));
  }

  /**
   * Returns the shipped words, with the application's overrides from the class path.
   *
   * @return messages in English
   */
  public static QuotaMessages create() {
    return builder().build();
  }

  /**
   * Starts a set of words.
   *
   * @return a builder, to be used by one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns what a quota's state says, about its binding limit.
   *
   * @param snapshot the snapshot the state is part of
   * @param state the state
   * @param locale the language wanted; the nearest available one is used
   * @return the message
   */
  public Message message(QuotaSnapshot snapshot, QuotaState state, Locale locale) {
    return message(snapshot, state, language(locale));
  }

  private static Message message(QuotaSnapshot snapshot, QuotaState state, Language language) {
    Topic topic = Topic.of(state);
    MessageCode code = topic.code();
    StateWords words = new StateWords(language, snapshot, state, topic.limit(), topic.when());
    StringBuilder out = new StringBuilder(LONGEST_USUAL_TEXT);
    words.render(code.titleKey(), out);
    String title = out.toString();
    words.render(code.detailKey(), out);
    return new Message(
        topic.id(state),
        code.code(),
        code.severity(),
        language.locale(),
        language.rightToLeft(),
        title,
        out.toString(),
        words.template(out),
        words.saidWhen() ? topic.when() : Optional.empty(),
        code.calledForAction() ? actions(state) : List.of());
  }

  private static List<Action> actions(QuotaState state) {
    if (state.plan().isEmpty()) {
      return List.of();
    }
    Plan plan = state.plan().get();
    return state.policy().planActions().getOrDefault(plan.name(), plan.actions());
  }

  /**
   * Returns what one limit says.
   *
   * @param snapshot the snapshot the state is part of
   * @param state the state the limit is part of
   * @param limit the limit
   * @param locale the language wanted; the nearest available one is used
   * @return its label and its line
   */
  public LimitText limit(
      QuotaSnapshot snapshot, QuotaState state, LimitState limit, Locale locale) {
    Language language = language(locale);
    StateWords words = new StateWords(language, snapshot, state, limit, waitFor(limit));
    StringBuilder out = new StringBuilder(LONGEST_USUAL_TEXT);
    if (limit.label().isPresent()) {
      language.appendLabel(limit.label().get(), out);
    } else {
      words.render("label." + words.choice("window"), out);
    }
    String label = out.toString();
    words.render(LimitLine.key(state, limit), out);
    return new LimitText(label, out.toString());
  }

  private static Optional<Instant> waitFor(LimitState limit) {
    return limit.isShort() ? limit.nextAvailableAt() : Topic.fullAgain(limit);
  }

  /**
   * Returns what a refusal says, about the quota that speaks for all of them.
   *
   * @param refused a decision that is not {@link Decision.Allowed}
   * @param locale the language wanted; the nearest available one is used
   * @return the refusal
   * @throws IllegalArgumentException if the decision is no refusal
   */
  public Refusal refusal(Decision refused, Locale locale) {
    if (refused.isAllowed()) {
      throw new IllegalArgumentException("refused must be a refusal, was " + refused);
    }
    QuotaSnapshot states = refused.states();
    Language language = language(locale);
    QuotaState state = states.binding();
    Message message = message(states, state, language);
    String title = text(language, Topic.of(state).code().refusalKey(), Map.of());
    return new Refusal(title, withAddress(message, language), message);
  }

  /** Returns the detail with the first thing to do whose address means something anywhere. */
  private static String withAddress(Message message, Language language) {
    for (Action action : message.actions()) {
      if (URI.create(action.href()).isAbsolute()) {
        // The address is not for the eye alone: it is appended as it is, never cut or cleaned.
        Arguments words = new ActionWords(language, action);
        StringBuilder out = new StringBuilder(message.detail()).append(' ');
        language.template("refusal.action").render(words, out);
        return out.toString();
      }
    }
    return message.detail();
  }

  /**
   * Returns a text that is about no state, such as the heading of a page.
   *
   * @param key the text's key
   * @param locale the language wanted; the nearest available one is used
   * @param arguments values by argument name, inserted as plain text
   * @return the text
   * @throws IllegalArgumentException if there is no such text or an argument is missing
   */
  public String text(String key, Locale locale, Map<String, ?> arguments) {
    return text(language(locale), key, arguments);
  }

  private static String text(Language language, String key, Map<String, ?> arguments) {
    StringBuilder out = new StringBuilder(LONGEST_USUAL_TEXT);
    language.template(key).render(new GivenWords(language, arguments), out);
    return out.toString();
  }

  /**
   * Returns the available language that fits best, by the lookup of RFC 4647.
   *
   * @param wanted the ranges, the most wanted first
   * @return the language; the default if none fits
   */
  public Locale bestMatch(List<Locale.LanguageRange> wanted) {
    Locale found = Locale.lookup(wanted, available);
    return found == null ? fallback.locale() : found;
  }

  /**
   * Returns the available language nearest to a wanted one.
   *
   * @param wanted any locale
   * @return the language; the default if none is near
   */
  public Locale resolve(Locale wanted) {
    return language(wanted).locale();
  }

  private Language language(Locale wanted) {
    Language known = nearest.get(wanted);
    if (known == null) {
      known = find(wanted);
      if (nearest.size() < MAX_REMEMBERED_LOCALES) {
        nearest.put(wanted, known);
      }
    }
    return known;
  }

  private Language find(Locale wanted) {
    if (wanted.getLanguage().isEmpty()) {
      return fallback;
    }
    Locale found = bestMatch(List.of(new Locale.LanguageRange(wanted.toLanguageTag())));
    return languages.get(available.indexOf(found));
  }

  /** Collects where words come from. Not thread-safe. */
  public static final class Builder {

    private final Map<Locale, PluralRule> languages = new LinkedHashMap<>();
    private @Nullable ClassLoader bundles = Thread.currentThread().getContextClassLoader();
    private Locale defaultLocale = Locale.ENGLISH;

    private Builder() {
      languages.put(Locale.ENGLISH, PluralRule.ONE_AND_OTHER);
    }

    /** Adds a language whose bundles may be incomplete. */
    Builder language(Locale locale, PluralRule rule) {
      languages.put(locale, rule);
      return this;
    }

    /**
     * Sets where the application's bundles {@code quota-messages_<language>.properties} are found.
     *
     * @param loader a class loader; by default the thread's context class loader
     * @return this builder
     */
    public Builder bundles(ClassLoader loader) {
      bundles = Objects.requireNonNull(loader, "loader");
      return this;
    }

    /**
     * Sets the language of people who read none of those available.
     *
     * @param locale an available language, by default English
     * @return this builder
     */
    public Builder defaultLocale(Locale locale) {
      defaultLocale = Objects.requireNonNull(locale, "locale");
      return this;
    }

    /**
     * Reads the bundles and returns the words.
     *
     * @return the words
     * @throws IllegalArgumentException if a bundle is malformed, where the message lists every
     *     mistake, or if the default locale is not available
     */
    public QuotaMessages build() {
      return new QuotaMessages(this);
    }
  }
}
