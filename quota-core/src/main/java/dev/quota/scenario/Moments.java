package dev.quota.scenario;

import dev.quota.internal.text.Shown;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Reads moments such as {@code 2026-03-29 01:30}, in the zone of a scenario. */
final class Moments {

  private final ZoneId zone;

  Moments(ZoneId zone) {
    this.zone = zone;
  }

  ZoneId zone() {
    return zone;
  }

  Instant parse(String text) {
    String iso = text.length() > 10 && text.charAt(10) == ' ' ? withT(text) : text;
    try {
      return OffsetDateTime.parse(iso, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return local(iso, text);
    }
  }

  private static String withT(String text) {
    return text.substring(0, 10) + "T" + text.substring(11);
  }

  private Instant local(String iso, String text) {
    LocalDateTime local;
    try {
      local = LocalDateTime.parse(iso);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a moment such as 2026-03-29 01:30, was " + Shown.text(text), e);
    }
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (offsets.size() == 1) {
      return local.toInstant(offsets.get(0));
    }
    throw new IllegalArgumentException(
        offsets.isEmpty()
            ? "this moment does not exist in " + zone + ": clocks skip it, was " + Shown.text(text)
            : "this moment comes twice in "
                + zone
                + ": write its offset, such as "
                + local
                + offsets.get(0)
                + ", was "
                + Shown.text(text));
  }
}
