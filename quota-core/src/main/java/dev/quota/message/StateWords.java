package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.policy.Unit;
import dev.quota.policy.Window;
import dev.quota.store.Availability;
import java.time.Instant;
import java.util.Optional;

/** The arguments of all texts about one limit of one state. Not thread-safe. */
final class StateWords implements Arguments {

  private final Language language;
  private final QuotaSnapshot snapshot;
  private final QuotaState state;
  private final LimitState limit;
  private final Unit unit;
  private final LimitAmounts amounts;
  private final LimitTimes times;

  StateWords(
      Language language,
      QuotaSnapshot snapshot,
      QuotaState state,
      LimitState limit,
      Optional<Instant> when) {
    this.language = language;
    this.snapshot = snapshot;
    this.state = state;
    this.limit = limit;
    this.unit = state.policy().unit();
    this.amounts = new LimitAmounts(language, unit, state.cost(), limit);
    this.times = new LimitTimes(language, snapshot, state, limit, when);
  }

  /** Renders a complete text. A quota may have its own version of it. */
  void render(String key, StringBuilder out) {
    out.setLength(0);
    times.start();
    language.template(key, state.name()).render(this, out);
  }

  /**
   * Returns the last rendered text with {@code {when}} instead of the moment. Changes the argument.
   */
  Optional<String> template(StringBuilder rendered) {
    return times.template(rendered);
  }

  /** Returns whether the last rendered text has the moment. */
  boolean saidWhen() {
    return times.saidWhen();
  }

  private void phrase(String key, StringBuilder out) {
    language.template(key).render(this, out);
  }

  @Override
  public void append(String name, StringBuilder out) {
    switch (name) {
      case "quota" -> language.appendLabel(language.label(state.policy()), out);
      case "plan" -> state.plan().ifPresent(it -> language.appendLabel(language.label(it), out));
      case "degraded" -> degraded().ifPresent(it -> language.appendLabel(it, out));
      case "unit" -> unit(true, out);
      case "units" -> unit(false, out);
      case "Units" -> capital("units", out);
      case "Owned" -> capital("owned", out);
      case "Until" -> capital("until", out);
      case "Allowance" -> capital("allowance", out);
      case "limit", "remaining", "used", "cost" -> amounts.append(name, out);
      case "limit_units" -> counted("limit", out);
      case "remaining_units" -> counted("remaining", out);
      case "used_units" -> counted("used", out);
      case "cost_units" -> counted("cost", out);
      case "period_length" -> language.appendNumber(LimitChoices.periodLength(limit), out);
      case "when" -> times.when(this, out);
      case "wait" -> times.in(out);
      case "until" -> times.until(out);
      case "about" -> times.about(out);
      case "lasting" -> times.lasting(out);
      default -> appendPhrase(name, out);
    }
  }

  private void appendPhrase(String name, StringBuilder out) {
    switch (name) {
      case "period" -> phrase("phrase.period", out);
      case "for_period" -> phrase("phrase.for_period", out);
      case "for_owner" -> phrase("phrase.for_owner", out);
      case "owned" -> phrase("phrase.owned", out);
      case "allowance" -> phrase("phrase.allowance", out);
      case "per" -> phrase("phrase.per", out);
      case "used_up" -> phrase("phrase.used_up", out);
      case "needs" -> phrase("phrase.needs", out);
      case "too_much" -> phrase("phrase.too_much", out);
      case "not_included" -> phrase("phrase.not_included", out);
      case "up_to" -> phrase("phrase.up_to", out);
      case "scarce" -> phrase("phrase.scarce", out);
      case "sharing" -> phrase("phrase.sharing", out);
      case "limited" -> phrase("phrase.limited", out);
      case "next" -> phrase("phrase.next", out);
      case "busy" -> phrase("phrase.busy", out);
      case "passed_on" -> phrase("phrase.passed_on", out);
      default -> appendPhraseOfState(name, out);
    }
  }

  /** Appends one of several phrases, or nothing, as the state requires. */
  private void appendPhraseOfState(String name, StringBuilder out) {
    switch (name) {
      case "left" -> phrase(PhraseKeys.left(state, limit), out);
      case "why" -> phrase(PhraseKeys.why(state, limit), out);
      case "rest" -> rest(out);
      case "smaller" -> smaller(out);
      case "carry_on" -> carryOn(out);
      case "full" -> full(out);
      case "resets" -> resets(out);
      case "lasts" -> lasts(out);
      case "back" -> back(out);
      default -> throw unknown(name);
    }
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException("name must be an argument of states, was " + name);
  }

  private void unit(boolean one, StringBuilder out) {
    if (unit.style() == Unit.Style.MONEY) {
      phrase("phrase.money", out);
    } else if (one) {
      new UnitWords(language, unit).appendOne(out);
    } else {
      new UnitWords(language, unit).appendSeveral(out);
    }
  }

  private Optional<String> degraded() {
    return language.degradedLabel(state.policy());
  }

  /** Appends an amount with its unit. Money needs no unit. */
  private void counted(String amount, StringBuilder out) {
    if (unit.style() == Unit.Style.MONEY) {
      amounts.append(amount, out);
    } else {
      new UnitWords(language, unit)
          .appendCounted(amounts.count(amount), text -> amounts.append(amount, text), out);
    }
  }

  private void capital(String name, StringBuilder out) {
    int start = out.length();
    append(name, out);
    while (start < out.length() && out.charAt(start) == '\u2068') {
      start++;
    }
    if (start < out.length()) {
      int first = out.codePointAt(start);
      if (Character.isLowerCase(first)) {
        int length = Character.charCount(first);
        String upper = new String(Character.toChars(first)).toUpperCase(language.locale());
        out.replace(start, start + length, upper.length() == length ? upper : titled(first));
      }
    }
  }

  private static String titled(int first) {
    return new String(Character.toChars(Character.toTitleCase(first)));
  }

  private void lasts(StringBuilder out) {
    if (times.projected().isPresent()) {
      phrase("phrase.lasts", out);
    }
  }

  private void back(StringBuilder out) {
    if (times.isKnown()) {
      phrase(PhraseKeys.isFixed(limit) ? "phrase.resets" : "phrase.next", out);
    }
  }

  private void carryOn(StringBuilder out) {
    if (Topic.isPastLimit(state, limit)) {
      phrase("phrase.carry_on", out);
    }
  }

  private void resets(StringBuilder out) {
    if (limit.limit().isEmpty()) {
      pace(out);
    } else if (limit.countsPermits() || limit.isOfConversation()) {
      return;
    } else if (limit.window() instanceof Window.Session && limit.resetAt().isEmpty()) {
      phrase("phrase.session", out);
    } else if (PhraseKeys.isFixed(limit)) {
      phrase("phrase.resets", out);
    } else if (limit.rounded()) {
      phrase("phrase.gradual", out);
    } else {
      phrase("phrase.refills", out);
    }
  }

  private void full(StringBuilder out) {
    if (times.isKnown()) {
      phrase("phrase.full", out);
    }
  }

  /** Appends the first other limit that is not unlimited, because this one is. */
  private void pace(StringBuilder out) {
    for (LimitState other : state.limits()) {
      if (other.limit().isPresent()) {
        StateWords words = about(other);
        words.phrase(other.rounded() ? "phrase.gradual" : "phrase.limited", out);
        return;
      }
    }
  }

  /**
   * Appends what is left: of the meter if another limit is short; of this limit if the cost never
   * fits but a smaller one would.
   */
  private void rest(StringBuilder out) {
    boolean never = limit.availability() instanceof Availability.Never;
    LimitState meter = never ? limit : state.primary();
    boolean open = never ? PhraseKeys.hasRoom(state) : !meter.isShort();
    if (open && meter.remaining().orElse(0) > 0) {
      about(meter).phrase(meter.rounded() ? "phrase.rest_rounded" : "phrase.rest", out);
    }
  }

  /** Appends that a smaller cost can be granted, unless nothing can. */
  private void smaller(StringBuilder out) {
    if (PhraseKeys.hasRoom(state)) {
      phrase("phrase.smaller", out);
    }
  }

  private StateWords about(LimitState other) {
    return new StateWords(language, snapshot, state, other, Optional.empty());
  }

  @Override
  public long count(String name) {
    return name.equals("period_length") ? LimitChoices.periodLength(limit) : amounts.count(name);
  }

  @Override
  public String choice(String name) {
    return switch (name) {
      case "style" -> unit.style().text();
      case "share" -> amounts.share();
      case "planned" -> yesNo(state.plan().isPresent());
      case "reduced" -> yesNo(degraded().isPresent());
      case "allowed" -> yesNo(state.allowed());
      case "timed" -> yesNo(times.isKnown());
      case "rounded" -> yesNo(limit.rounded());
      case "window" -> LimitChoices.window(limit);
      case "owner" -> LimitChoices.owner(limit, snapshot.subject());
      case "counted" -> LimitChoices.counted(limit);
      case "period_unit" -> LimitChoices.periodUnit(limit);
      default -> throw unknown(name);
    };
  }

  private static String yesNo(boolean yes) {
    return yes ? "yes" : "no";
  }
}
