package dev.quota.message;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The words for states and refusals. Instances are immutable and safe for use by several threads.
 */
public final class QuotaMessages {

  private final Locale defaultLocale;

  private QuotaMessages(Builder builder) {
    defaultLocale = builder.defaultLocale;
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
    LimitState limit = state.binding();
    String text = limit(snapshot, state, limit, locale).text();
    return new Message(
        state.name() + "." + limit.name(),
        limit.isShort() ? "quota.exhausted.calendar" : "quota.ok",
        limit.isShort() ? Severity.ERROR : Severity.INFO,
        resolve(locale),
        false,
        text,
        text + ".",
        Optional.empty(),
        limit.resetAt(),
        state.plan().map(plan -> plan.actions()).orElse(List.of()));
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
    return new LimitText(
        limit.label().orElse(limit.name()),
        limit.remaining().orElse(0)
            + " of "
            + limit.limit().orElse(0)
            + " "
            + state.policy().unit().label()
            + " left");
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
    Message message = message(states, states.binding(), locale);
    return new Refusal("Limit reached", message.detail(), message);
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
    return key;
  }

  /**
   * Returns the available language that fits best, by the lookup of RFC 4647.
   *
   * @param wanted the ranges, the most wanted first
   * @return the language; the default if none fits
   */
  public Locale bestMatch(List<Locale.LanguageRange> wanted) {
    Locale found = Locale.lookup(wanted, List.of(Locale.ENGLISH));
    return found == null ? defaultLocale : found;
  }

  /**
   * Returns the available language nearest to a wanted one.
   *
   * @param wanted any locale
   * @return the language; the default if none is near
   */
  public Locale resolve(Locale wanted) {
    return wanted.getLanguage().equals("en") ? Locale.ENGLISH : defaultLocale;
  }

  /** Collects where words come from. Not thread-safe. */
  public static final class Builder {

    private ClassLoader bundles =
        Objects.requireNonNullElse(
            Thread.currentThread().getContextClassLoader(), QuotaMessages.class.getClassLoader());
    private Locale defaultLocale = Locale.ENGLISH;

    private Builder() {}

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
     * @throws IllegalArgumentException if a bundle is malformed; the message lists every mistake
     */
    public QuotaMessages build() {
      Objects.requireNonNull(bundles, "bundles");
      return new QuotaMessages(this);
    }
  }
}
