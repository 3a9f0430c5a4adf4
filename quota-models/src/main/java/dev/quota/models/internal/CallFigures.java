package dev.quota.models.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures of one call so far, by place. Not thread-safe. */
final class CallFigures {

  /** The place with the figures of all steps of a call. */
  static final String OF_ALL_STEPS = "totalusage";

  /** The place of a response's headers, which restate the body. */
  static final String HEADERS = "headers";

  /** The places by priority. */
  private static final List<String> ORDER =
      List.of(
          OF_ALL_STEPS,
          "usage",
          "usagemetadata",
          "tokenusage",
          "estimatedtokenusage",
          "meta",
          "details",
          AnswerParser.METADATA + "usage",
          AnswerParser.METADATA + "tokenmetadata",
          AnswerParser.ALONE,
          "metrics",
          "amazonbedrockinvocationmetrics",
          HEADERS);

  /** The places with nothing but what was used. Numbers in others can mean something else. */
  private static final List<String> OF_USE =
      List.of(OF_ALL_STEPS, "usage", "usagemetadata", "tokenusage", "estimatedtokenusage");

  private final Map<String, Figures> places = new HashMap<>();
  private boolean isBegun;
  private boolean isContinued;

  /** Merges the figures of another event. */
  void add(String place, Figures said) {
    Figures before = places.get(place);
    if (before == null) {
      places.put(place, said);
      return;
    }
    UsageFamilies.of(before, said)
        .ifPresentOrElse(family -> family.next(before, said), () -> before.replaceBy(said));
  }

  /** Notes an event with the input before any output. */
  void begin() {
    isBegun = true;
  }

  /** Notes a later event with figures. */
  void goOn() {
    isContinued = true;
  }

  boolean isContinued() {
    return isContinued;
  }

  /** Returns what all steps used, if an event has it. */
  Optional<Tally> ofAllSteps() {
    return Optional.ofNullable(places.get(OF_ALL_STEPS)).flatMap(CallFigures::read);
  }

  /** Returns what the call used, by the first place with figures. */
  Optional<Tally> tally() {
    Optional<Tally> nothing = Optional.empty();
    for (String name : ORDER) {
      Optional<Tally> tally = Optional.ofNullable(places.get(name)).flatMap(CallFigures::read);
      if (tally.isPresent() && !tally.get().isNothing()) {
        return Optional.of(ended(tally.get()));
      }
      nothing = nothing.isPresent() ? nothing : tally;
    }
    return nothing.map(this::ended);
  }

  /** Returns the names of numbers that no family knows; empty if one does, or there are none. */
  List<String> unknownNames() {
    if (places.values().stream().anyMatch(it -> UsageFamilies.of(it).isPresent())) {
      return List.of();
    }
    return OF_USE.stream()
        .flatMap(it -> Optional.ofNullable(places.get(it)).stream())
        .flatMap(it -> it.numbers().stream())
        .toList();
  }

  private Tally ended(Tally tally) {
    if (isBegun && !isContinued) {
      tally.outputIsLeast();
    }
    return tally;
  }

  private static Optional<Tally> read(Figures figures) {
    return UsageFamilies.of(figures).map(family -> read(family, figures));
  }

  private static Tally read(UsageFamily family, Figures figures) {
    Tally tally = new Tally(figures);
    family.read(tally);
    ReportedCost.read(tally);
    tally.check();
    return tally;
  }
}
