package dev.quota.redis;

import static dev.quota.redis.ScriptParts.part;

import java.util.List;

/** Reads and writes the packed value of one entry of a script. Immutable. */
final class PackedEntry {

  private static final String ROLLING = "dI5dd";
  private static final int ROLLING_BYTES = 29;
  private static final String CALENDAR = "dI6";
  private static final int CALENDAR_BYTES = 14;
  private static final int STAMP_BYTES = 6;

  /** The size of the sums of reservations, without the peaks. */
  private static final int SUMS_BYTES = 55;

  private final EntryTemplates templates;
  private final int number;

  PackedEntry(EntryTemplates templates, int number) {
    this.templates = templates;
    this.number = number;
  }

  private int bytes() {
    int limits =
        templates.limits().stream()
            .mapToInt(limit -> limit.isRolling() ? ROLLING_BYTES : CALENDAR_BYTES)
            .sum();
    return templates.signatureBytes() + STAMP_BYTES + limits;
  }

  private int sumsBytes() {
    return SUMS_BYTES + Packing.NUMBER_BYTES * templates.each("", "d").length();
  }

  String read(TakeScript.Verb verb) {
    PackedText packed = text(verb);
    return part(
        "read-packed",
        "length-held",
        bytes() + sumsBytes(),
        "length",
        bytes(),
        "size",
        sumsBytes(),
        "unpack-held",
        packed.unpackHeld(),
        "unpack",
        packed.unpack(),
        "derived",
        templates.each("", "    @peak = @units\n"));
  }

  String write(TakeScript.Verb verb) {
    PackedText packed = text(verb);
    return part(
        "write-packed",
        "plain",
        templates.each("", " and @peak == @units"),
        "key",
        number,
        "pack-held",
        packed.packHeld(),
        "pack",
        packed.pack());
  }

  private PackedText text(TakeScript.Verb verb) {
    List<PackedText.Part> limits = templates.limits().stream().map(this::limitPart).toList();
    PackedText.Part sums =
        new PackedText.Part(
            sumsFormat(verb) + templates.each("", "d"),
            sumsBytes(),
            templates.named(sums(verb)) + templates.each("", ", @peak"));
    return new PackedText(templates.signatureBytes(), limits, sums);
  }

  private PackedText.Part limitPart(LimitText limit) {
    return limit.isRolling()
        ? new PackedText.Part(
            ROLLING, ROLLING_BYTES, templates.named(limit, ", @units, @part, @was, @peak"))
        : new PackedText.Part(CALENDAR, CALENDAR_BYTES, templates.named(limit, ", @units, @ends"));
  }

  /**
   * Returns the format of the sums of reservations. A take copies them as bytes; the others change
   * them.
   */
  private static String sumsFormat(TakeScript.Verb verb) {
    return verb == TakeScript.Verb.TAKE ? "I3I6c44" : "I3I6ddI6dI6d";
  }

  private static String sums(TakeScript.Verb verb) {
    return verb == TakeScript.Verb.TAKE
        ? "&ops, &sums"
        : "&ops, &life, &old, &oldend, &young, &youngend, &turn";
  }
}
