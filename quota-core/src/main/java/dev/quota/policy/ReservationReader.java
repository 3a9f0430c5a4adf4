package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode.Mapping;
import java.util.List;
import java.util.Optional;

/** Reads the bounds of reservations, and what happens to overuse. */
final class ReservationReader {

  static final List<String> QUOTA_KEYS = List.of("reservation", "overuse");
  static final List<String> KEYS = List.of("at-least", "at-most");

  private final Section section;
  private final QuotaPolicyBuilder quota;
  private final Mistakes mistakes;

  ReservationReader(Section section, QuotaPolicyBuilder quota, Mistakes mistakes) {
    this.section = section;
    this.quota = quota;
    this.mistakes = mistakes;
  }

  /**
   * Reads both keys.
   *
   * @param countsUnits whether a limit counts units, which can be reserved
   */
  void read(boolean countsUnits) {
    for (String key : QUOTA_KEYS) {
      if (section.has(key) && !countsUnits) {
        mistakes.add(section.placeOf(key), "`" + key + "` needs a limit that counts units");
      }
    }
    section.word("overuse", Overuse.values(), Overuse::text).ifPresent(quota::overuse);
    section
        .node("reservation")
        .flatMap(
            node ->
                node.asMapping(
                    "`reservation` must be a mapping such as {at-least: 50, at-most: 4_000}",
                    mistakes))
        .ifPresent(this::bounds);
  }

  private void bounds(Mapping mapping) {
    Section bounds = new Section(mapping, KEYS, mistakes);
    Optional<Long> least = bounds.read("at-least", ReservationBounds::parseAtLeast);
    Optional<ReservationBounds.AtMost> most =
        bounds.read("at-most", ReservationBounds.AtMost::parse);
    if (least.isPresent() != bounds.has("at-least") || most.isPresent() != bounds.has("at-most")) {
      return;
    }
    mistakes
        .attempt(
            bounds.placeOf("at-most"),
            () -> new ReservationBounds(least.orElse(ReservationBounds.DEFAULT.atLeast()), most))
        .ifPresent(quota::reservation);
  }
}
