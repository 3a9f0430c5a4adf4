package dev.quota.message;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.policy.Action;
import dev.quota.policy.Plan;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The messages about states and refusals, in each language. Immutable and thread-safe. */
public final class QuotaMessages {

  /**
   * The first size of a buffer, in characters. A larger one costs too much: a text with a character
   * outside Latin 1 is copied to twice the size.
   */
  private static final int USUAL_TEXT = 144;

  private final Languages languages;

  private QuotaMessages(Builder builder) {
    languages =
        new Languages(
            Optional.ofNullable(builder.bundles), builder.languages, builder.defaultLocale);
  }

  /**
   * Returns the shipped messages, with the application's overrides from the class path.
   *
   * @return messages in English, German, French, Spanish, Polish, Arabic, Japanese and Chinese
   */
  public static QuotaMessages create() {
    return builder().build();
  }

  /**
   * Starts to configure messages.
   *
   * @return a builder, to be used by one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the code of a state's message: {@link Message#code} without the texts, for metrics and
   * tests.
   *
   * @param state the state
   * @return such as {@code quota.warning}; one of a few dozen values
   */
  public static String code(QuotaState state) {
    return Topic.of(state).code().code();
  }

  /**
   * Returns the message about a quota's state.
   *
   * @param snapshot the snapshot of the state
   * @param state the state
   * @param locale the language wanted; the nearest available one is used
   * @return the message
   */
  public Message message(QuotaSnapshot snapshot, QuotaState state, Locale locale) {
    return message(snapshot, state, language(locale));
  }

  /**
   * Returns the message that a running answer was stopped at the limit.
   *
   * @param snapshot the snapshot of the state
   * @param state the state after the stop
   * @param locale the language wanted
   * @return the message
   */
  public Message cut(QuotaSnapshot snapshot, QuotaState state, Locale locale) {
    return message(snapshot, state, language(locale), Topic.cut(state));
  }

  private static Message message(QuotaSnapshot snapshot, QuotaState state, Language language) {
    return message(snapshot, state, language, Topic.of(state));
  }

  private static Message message(
      QuotaSnapshot snapshot, QuotaState state, Language language, Topic topic) {
    MessageCode code = topic.code();
    StateWords words = new StateWords(language, snapshot, state, topic.limit(), topic.when());
    StringBuilder out = new StringBuilder(USUAL_TEXT);
    words.render(code.titleKey(), out);
    String title = out.toString();
    words.render(code.detailKey(), out);
    Optional<Upgrade> upgrade =
        code.offersActions()
            ? UpgradeWords.of(language, state, topic.limit(), words)
            : Optional.empty();
    return new Message(
        topic.id(state, snapshot.zone()),
        code.code(),
        code.severity(),
        language.locale(),
        language.rightToLeft(),
        title,
        out.toString(),
        words.template(out),
        words.saidWhen() ? topic.when() : Optional.empty(),
        code.offersActions() ? actions(state, language, upgrade.isPresent()) : List.of(),
        upgrade);
  }

  private static List<Action> actions(QuotaState state, Language language, boolean upgrades) {
    if (state.plan().isEmpty()) {
      return List.of();
    }
    Plan plan = state.plan().get();
    return state.policy().planActions().getOrDefault(plan.name(), plan.actions()).stream()
        .filter(action -> upgrades || !action.isUpgrade())
        .map(language::label)
        .toList();
  }

  /**
   * Returns the texts about one limit.
   *
   * @param snapshot the snapshot of the state
   * @param state the state of the limit
   * @param limit the limit
   * @param locale the language wanted; the nearest available one is used
   * @return its label and its lines
   */
  public LimitText limit(
      QuotaSnapshot snapshot, QuotaState state, LimitState limit, Locale locale) {
    Language language = language(locale);
    StateWords words = new StateWords(language, snapshot, state, limit, waitFor(limit));
    StringBuilder out = new StringBuilder(USUAL_TEXT);
    Optional<String> own = language.own(limit.labels()).or(limit::label);
    if (own.isPresent()) {
      language.appendLabel(own.get(), out);
    } else {
      words.render("label." + (limit.countsCalls() ? "calls" : words.choice("window")), out);
    }
    String label = out.toString();
    words.render(LimitLine.key(state, limit), out);
    String text = out.toString();
    ResetLine reset = ResetLine.of(state, limit);
    StateWords resetWords = new StateWords(language, snapshot, state, limit, reset.when());
    resetWords.render(reset.key(), out);
    return new LimitText(
        label,
        text,
        out.toString(),
        resetWords.template(out),
        resetWords.saidWhen() ? reset.when() : Optional.empty());
  }

  private static Optional<Instant> waitFor(LimitState limit) {
    return limit.isShort() ? limit.nextAvailableAt() : Topic.fullAgain(limit);
  }

  /**
   * Returns the texts of a refusal, about the quota that decides: {@link QuotaSnapshot#binding}.
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

  /** Returns the detail with the first action that has an absolute address. */
  private static String withAddress(Message message, Language language) {
    for (Action action : message.actions()) {
      if (URI.create(action.href()).isAbsolute()) {
        Optional<String> gives =
            action.isUpgrade() ? message.upgrade().map(Upgrade::gives) : Optional.empty();
        Arguments words = new ActionWords(language, message.detail(), gives, action);
        StringBuilder out = new StringBuilder(USUAL_TEXT);
        language
            .template(gives.isPresent() ? "refusal.upgrade" : "refusal.action")
            .render(words, out);
        return out.toString();
      }
    }
    return message.detail();
  }

  /**
   * Returns a text without a state, such as the heading of a page.
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
    StringBuilder out = new StringBuilder(USUAL_TEXT);
    language.template(key).render(new GivenWords(language, arguments), out);
    return out.toString();
  }

  /**
   * Returns the label of a quota.
   *
   * @param quota the quota's policy
   * @param locale the language wanted; the nearest available one is used
   * @return its label in that language if the policy has one, else its general label; plain text on
   *     one line
   */
  public String label(QuotaPolicy quota, Locale locale) {
    Language language = language(locale);
    return plain(language.label(quota));
  }

  /**
   * Returns the label of a plan.
   *
   * @param plan the plan
   * @param locale the language wanted; the nearest available one is used
   * @return its label in that language if it has one, else its general label; plain text on one
   *     line
   */
  public String label(Plan plan, Locale locale) {
    return plain(language(locale).label(plan));
  }

  /**
   * Returns the plural of a unit's name.
   *
   * @param unit the unit
   * @param locale the language wanted; the nearest available one is used
   * @return the word without a number; plain text on one line
   */
  public String label(Unit unit, Locale locale) {
    StringBuilder out = new StringBuilder();
    new UnitWords(language(locale), unit).appendSeveral(out);
    return out.toString();
  }

  /**
   * Returns the label of what people get while a quota is degraded.
   *
   * @param quota the quota's policy
   * @param locale the language wanted; the nearest available one is used
   * @return the label in that language if the policy has one, else the general label; empty if it
   *     has none; plain text on one line
   */
  public Optional<String> degradedLabel(QuotaPolicy quota, Locale locale) {
    return language(locale).degradedLabel(quota).map(QuotaMessages::plain);
  }

  private static String plain(String label) {
    return OneLine.of(label);
  }

  /**
   * Returns the available language that fits best, by the lookup of RFC 4647 (section 3.4).
   *
   * @param wanted the ranges, the most wanted first
   * @return the language; the default if none fits
   */
  public Locale bestMatch(List<Locale.LanguageRange> wanted) {
    return languages.match(wanted).language();
  }

  /**
   * Returns the same language as {@link #bestMatch}, in the region of the range that matched:
   * {@code de-AT} matches {@code de} and keeps {@code AT}. Texts are the same in every region.
   * Numbers and the names of months follow the region.
   *
   * @param wanted the ranges, the most wanted first
   * @return a locale for the other methods
   */
  public Locale bestMatchInRegion(List<Locale.LanguageRange> wanted) {
    return languages.match(wanted).locale();
  }

  /**
   * Returns the available language nearest to a wanted one.
   *
   * @param wanted any locale
   * @return the language; the default if none is near
   */
  public Locale resolve(Locale wanted) {
    return languages.resolve(wanted);
  }

  /**
   * Returns the writing direction of the available language nearest to a wanted one.
   *
   * @param wanted any locale
   * @return true if from right to left
   */
  public boolean isRightToLeft(Locale wanted) {
    return language(wanted).rightToLeft();
  }

  private Language language(Locale wanted) {
    return languages.nearest(wanted);
  }

  /** Collects the languages and bundles. Not thread-safe. */
  public static final class Builder {

    private final Set<Locale> languages = new LinkedHashSet<>(Catalogues.SHIPPED);
    private @Nullable ClassLoader bundles = Thread.currentThread().getContextClassLoader();
    private Locale defaultLocale = Locale.ENGLISH;

    private Builder() {}

    /**
     * Sets the available languages, instead of all shipped ones. The texts of a language that is
     * not shipped come from the application's bundle. English replaces missing texts.
     *
     * @param locales the languages, such as {@code en} and {@code it}
     * @return this builder
     */
    public Builder languages(Locale... locales) {
      languages.clear();
      languages.addAll(List.of(locales));
      return this;
    }

    /**
     * Adds a language, or a variant of one, whose texts come from the application's bundle.
     *
     * @param locale the language, such as {@code it} or {@code de-CH}
     * @return this builder
     */
    public Builder addLanguage(Locale locale) {
      languages.add(Objects.requireNonNull(locale, "locale"));
      return this;
    }

    /**
     * Sets the class loader of the application's bundles {@code
     * quota-messages_<language>.properties}.
     *
     * @param loader a class loader; by default the thread's context class loader
     * @return this builder
     */
    public Builder bundles(ClassLoader loader) {
      bundles = Objects.requireNonNull(loader, "loader");
      return this;
    }

    /**
     * Sets the language for people who read none of the available ones.
     *
     * @param locale an available language, by default English
     * @return this builder
     */
    public Builder defaultLocale(Locale locale) {
      defaultLocale = Objects.requireNonNull(locale, "locale");
      return this;
    }

    /**
     * Reads English and the application's bundles and returns the messages. Other shipped languages
     * are read at their first use.
     *
     * @return the messages
     * @throws IllegalArgumentException if a bundle of the application is malformed (the message
     *     lists every mistake), if the default locale is not available, or if the plural rule of a
     *     language is not known
     */
    public QuotaMessages build() {
      return new QuotaMessages(this);
    }
  }
}
