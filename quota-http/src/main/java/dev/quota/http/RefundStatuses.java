package dev.quota.http;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** The statuses of answers that refund a charge. Immutable. */
final class RefundStatuses {

  static final RefundStatuses DEFAULT = of(List.of("5xx"));

  private static final int FIRST = 400;

  /** Represents all statuses above 599, which RFC 9110, section 15, treats as a server error. */
  private static final int INVALID = 600;

  private final BitSet statuses = new BitSet();

  private RefundStatuses() {}

  /**
   * Reads statuses.
   *
   * @throws IllegalArgumentException if one is neither {@code 4xx} nor {@code 5xx} nor an error
   *     status
   */
  static RefundStatuses of(List<String> texts) {
    RefundStatuses read = new RefundStatuses();
    for (String text : texts) {
      switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "4xx" -> read.statuses.set(FIRST, 500);
        case "5xx" -> read.statuses.set(500, INVALID + 1);
        default -> read.statuses.set(status(text));
      }
    }
    return read;
  }

  private static int status(String text) {
    String stripped = text.strip();
    if (!stripped.matches("[45][0-9]{2}")) {
      throw new IllegalArgumentException(
          "refundOn must name 4xx, 5xx or a status from 400 to 599, was \"" + text + "\"");
    }
    return Integer.parseInt(stripped);
  }

  /** Returns whether an answer with a status refunds its charge. */
  boolean contains(int status) {
    return status >= FIRST && statuses.get(Math.min(status, INVALID));
  }
}
