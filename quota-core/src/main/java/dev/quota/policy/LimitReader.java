package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the keys beside the phrase of one limit. Not thread-safe. */
final class LimitReader {

  static final List<String> KEYS =
      List.of(
          "limit",
          "scope",
          "mode",
          "lease",
          "max-duration",
          "rollover",
          "warn-at",
          "label",
          "labels");

  private final Section section;
  private final LimitPolicy phrase;
  private final boolean known;
  private final Mistakes mistakes;
  private LimitPolicy limit;

  /**
   * Creates the reader.
   *
   * @param phrase what the phrase says, or some limit if it is malformed
   * @param known whether the phrase is well-formed
   */
  LimitReader(Section section, LimitPolicy phrase, boolean known, Mistakes mistakes) {
    this.section = section;
    this.phrase = phrase;
    this.known = known;
    this.mistakes = mistakes;
    this.limit = phrase;
  }

  /** Returns the limit with all of its keys, but for those that have mistakes. */
  LimitPolicy read() {
    scope();
    labels();
    section.word("mode", Mode.values(), Mode::text).ifPresent(it -> limit = limit.withMode(it));
    change("lease", words -> limit.withLease(LeasePhrase.lease(words)));
    change("max-duration", words -> limit.withMaxDuration(LeasePhrase.maxDuration(words)));
    change("rollover", words -> rollover(Rollover.parse(words)));
    section.node("warn-at").ifPresent(this::warnAt);
    return limit;
  }

  private void change(String key, Function<String, LimitPolicy> reader) {
    section.read(key, reader).ifPresent(changed -> limit = changed);
  }

  private void scope() {
    boolean said = phrase.scope().isPresent();
    if (said && section.has("scope")) {
      mistakes.add(section.placeOf("scope"), "the limit's phrase says the scope already");
    }
    Optional<Scope> scope = section.word("scope", Scope.values(), Scope::text);
    if (scope.isPresent() && !said) {
      limit = limit.withScope(scope.get());
    }
  }

  private void labels() {
    change("label", limit::withLabel);
    Function<String, String> checked = text -> phrase.withLabel(text).label().orElse(text);
    limit = limit.withLabels(new LabelsReader(mistakes).read(section, "labels", checked));
  }

  private LimitPolicy rollover(Rollover share) {
    if (!known) {
      return limit;
    }
    LimitPolicy changed = limit.withRollover(share);
    changed.requireCountable(changed.capacity());
    return changed;
  }

  private void warnAt(YamlNode node) {
    limit = limit.withWarnAt(new ThresholdsReader(mistakes).read(node, List.of(phrase)));
  }
}
