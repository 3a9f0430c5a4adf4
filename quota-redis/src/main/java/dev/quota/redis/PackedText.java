package dev.quota.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * The Lua that reads and writes a packed value. It does so in one piece if there are few limits,
 * else in several, because Lua has registers for fewer than 250 variables. Immutable.
 */
final class PackedText {

  private static final int STAMP_BYTES = 6;
  private static final int LIMITS_PER_PIECE = EntryLayout.MAX_SHORT_HEAD;

  private final String head;
  private final List<Part> pieces = new ArrayList<>();
  private final Part sums;

  /**
   * A part of a value.
   *
   * @param variables the variables, with a comma before each
   */
  record Part(String format, int bytes, String variables) {

    Part and(Part other) {
      return new Part(format + other.format, bytes + other.bytes, variables + other.variables);
    }
  }

  /**
   * Creates the text.
   *
   * @param sums the sums of reservations, after their size and kind
   */
  PackedText(int signatureBytes, List<Part> limits, Part sums) {
    head = "c" + signatureBytes + "I6";
    this.sums = sums;
    Part piece = new Part("", signatureBytes + STAMP_BYTES, "");
    for (int i = 0; i < limits.size(); i++) {
      if (i > 0 && i % LIMITS_PER_PIECE == 0) {
        pieces.add(piece);
        piece = new Part("", 0, "");
      }
      piece = piece.and(limits.get(i));
    }
    pieces.add(piece);
  }

  String unpack() {
    StringBuilder text = new StringBuilder();
    text.append(unpack("signature, stamp" + first().variables(), head + first().format(), 1));
    int at = 1 + first().bytes();
    for (Part piece : rest()) {
      text.append(unpack(piece.variables().substring(2), piece.format(), at));
      at += piece.bytes();
    }
    return text.toString();
  }

  /** Returns the text that also reads what reservations hold. */
  String unpackHeld() {
    String variables = ", size, kind, id, " + sums.variables();
    String format = "BB" + sums.format();
    if (rest().isEmpty()) {
      return unpack(
          "signature, stamp" + first().variables() + variables,
          head + first().format() + format,
          1);
    }
    int at = 1 + pieces.stream().mapToInt(Part::bytes).sum();
    return unpack() + unpack(variables.substring(2), format, at);
  }

  private static String unpack(String variables, String format, int at) {
    return "    "
        + variables
        + "\n      = unpack('<"
        + format
        + "', &value"
        + (at == 1 ? "" : ", " + at)
        + ")\n";
  }

  String pack() {
    StringBuilder text = new StringBuilder();
    text.append(pack(head + first().format(), "&signature, &now" + first().variables()));
    for (Part piece : rest()) {
      text.append(" .. ").append(pack(piece.format(), piece.variables().substring(2)));
    }
    return text.toString();
  }

  /** Returns the text that also writes what reservations hold. */
  String packHeld() {
    String variables = ", " + sums.bytes() + ", 2, 0, " + sums.variables();
    String format = "BB" + sums.format();
    if (rest().isEmpty()) {
      return pack(
          head + first().format() + format, "&signature, &now" + first().variables() + variables);
    }
    return pack() + " .. " + pack(format, variables.substring(2));
  }

  private static String pack(String format, String variables) {
    return "pack('<" + format + "', " + variables + ")";
  }

  private Part first() {
    return pieces.get(0);
  }

  private List<Part> rest() {
    return pieces.subList(1, pieces.size());
  }
}
