package dev.quota.redis;

import static dev.quota.redis.ScriptParts.part;

import dev.quota.redis.StoredLimit.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes the lines of one entry of a script. Immutable. */
final class EntryText {

  private static final String PACKED_ROLLING = "dI5dd";
  private static final int PACKED_ROLLING_BYTES = 29;
  private static final String PACKED_CALENDAR = "dI6";
  private static final int PACKED_CALENDAR_BYTES = 14;
  private static final int STAMP_BYTES = 6;

  /** What reservations hold together, without the peaks. */
  private static final int SUMS_BYTES = 55;

  /** What an operation took, without its signature and its limits. */
  private static final int HELD_BYTES = 42;

  private static final int HELD_LIMIT_BYTES = 16;

  private final ScriptParts parts;
  private final int quota;
  final int number;
  private final String letters;
  private final List<LimitText> own = new ArrayList<>();

  /**
   * Creates the text of one entry.
   *
   * @param number its number, from 1, which is also the position of its key
   * @param firstLimit the number of its first limit
   */
  EntryText(ScriptParts parts, int quota, int number, String letters, int firstLimit) {
    this.parts = parts;
    this.quota = quota;
    this.number = number;
    this.letters = letters;
    int firstId = 1 + EntryLayout.headBytes(letters.length());
    for (int i = 0; i < letters.length(); i++) {
      int idAt = firstId + EntryLayout.ID_BYTES * i;
      own.add(new LimitText(Kind.of(letters.charAt(i)), firstLimit + i, idAt));
    }
  }

  private String named(String template) {
    return parts.named(template, quota, number, 0);
  }

  /** Returns the texts of all limits, one after the other. */
  private String each(Function<LimitText, String> template) {
    return own.stream()
        .map(limit -> parts.named(template.apply(limit), quota, number, limit.number()))
        .collect(Collectors.joining());
  }

  private String each(String rolling, String calendar) {
    return each(limit -> limit.isRolling() ? rolling : calendar);
  }

  private boolean isPacked() {
    return EntryLayout.isPacked(letters);
  }

  private int signatureBytes() {
    return EntryLayout.headBytes(own.size()) + EntryLayout.ID_BYTES * own.size();
  }

  private int packedBytes() {
    int limits =
        own.stream()
            .mapToInt(limit -> limit.isRolling() ? PACKED_ROLLING_BYTES : PACKED_CALENDAR_BYTES)
            .sum();
    return signatureBytes() + STAMP_BYTES + limits;
  }

  private int sumsBytes() {
    return SUMS_BYTES + Packing.NUMBER_BYTES * each("", "d").length();
  }

  String argumentVariables() {
    return named(", &closed, &signature") + each(", @cap, @parts, @drain", ", @cap, @next");
  }

  String argumentFormat() {
    return "Bc" + signatureBytes() + each("ddd", "dd");
  }

  String readArgument(int at) {
    return part(
        "read-more",
        "variables",
        argumentVariables().substring(2),
        "format",
        argumentFormat(),
        "at",
        at);
  }

  int argumentBytes() {
    return 1 + signatureBytes() + Packing.NUMBER_BYTES * each("ddd", "dd").length();
  }

  /** Returns the lines that read the count and advance it to now. */
  String read(TakeScript.Verb verb) {
    String absent = each(part("absent-rolling"), part("absent-calendar"));
    StringBuilder text = new StringBuilder();
    String sums = verb == TakeScript.Verb.TAKE ? "" : part("sums");
    text.append(named(part("read-entry", "more", sums, "absent", absent, "key", number)));
    if (isPacked()) {
      text.append(named(readPacked(verb)));
    }
    text.append(
        named(
            part(
                "read-other",
                "derived",
                each("    @stamp = stamp\n", ""),
                "absent",
                absent.replace("local ", "  "),
                "key",
                number,
                "found",
                each(LimitText::found))));
    text.append(each(part("clamp"), ""));
    if (verb == TakeScript.Verb.SETTLE) {
      text.append(each(part("same-capacity"), ""));
    }
    text.append(each(LimitText::bringToNow)).append(named(part("keep-sums"))).append("end\n");
    return text.append(named(part(verb == TakeScript.Verb.TAKE ? "open" : "turn"))).toString();
  }

  private String readPacked(TakeScript.Verb verb) {
    PackedText packed = packed(verb);
    return part(
        "read-packed",
        "length-held",
        packedBytes() + sumsBytes(),
        "length",
        packedBytes(),
        "size",
        sumsBytes(),
        "unpack-held",
        packed.unpackHeld(),
        "unpack",
        packed.unpack(),
        "derived",
        each("", "    @peak = @units\n"));
  }

  private PackedText packed(TakeScript.Verb verb) {
    List<PackedText.Part> limits = new ArrayList<>();
    for (LimitText limit : own) {
      limits.add(
          limit.isRolling()
              ? new PackedText.Part(
                  PACKED_ROLLING, PACKED_ROLLING_BYTES, each(limit, ", @units, @part, @was, @peak"))
              : new PackedText.Part(
                  PACKED_CALENDAR, PACKED_CALENDAR_BYTES, each(limit, ", @units, @ends")));
    }
    PackedText.Part sums =
        new PackedText.Part(
            sumsFormat(verb) + each("", "d"), sumsBytes(), named(sums(verb)) + each("", ", @peak"));
    return new PackedText(signatureBytes(), limits, sums);
  }

  private String each(LimitText limit, String template) {
    return parts.named(template, quota, number, limit.number());
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

  String room() {
    return named(part("room")) + each(part("room-rolling"), part("room-calendar"));
  }

  String replyFormat() {
    return "ddd" + each("ddd", "ddd");
  }

  String replyVariables() {
    return named(", $taken, &now, &open")
        + each(", @units, @part, @peak", ", @units, @peak, @ends > 0 and @ends or @next");
  }

  /** Returns the lines that add what was taken and write the count. */
  String take() {
    return own.isEmpty()
        ? ""
        : named(part("write-begin")) + add() + write(TakeScript.Verb.TAKE) + "end\n";
  }

  private String add() {
    return each(part("add-rolling"), part("add-calendar"));
  }

  private String write(TakeScript.Verb verb) {
    String text = named(part("expire"));
    if (isPacked()) {
      text += named(writePacked(verb));
    } else {
      text += "  do\n    local sub = string.sub\n";
    }
    String records =
        part(
            "write-records",
            "records",
            each(LimitText::record),
            "make-sums",
            verb == TakeScript.Verb.TAKE ? "" : part("make-sums"),
            "key",
            number);
    return text + named(records) + "  end\n";
  }

  private String writePacked(TakeScript.Verb verb) {
    PackedText packed = packed(verb);
    return part(
        "write-packed",
        "plain",
        each("", " and @peak == @units"),
        "key",
        number,
        "pack-held",
        packed.packHeld(),
        "pack",
        packed.pack());
  }

  /** Returns the lines that stop if an operation is known although this entry took nothing. */
  String unknown(int operation) {
    return named(part("unknown", "operation", operation));
  }

  /** Returns the lines that add what was taken and remember the operation. */
  String hold(int operation, int firstOperation) {
    String remembered =
        part(
            "hold",
            "operation",
            operation,
            "first",
            firstOperation,
            "signature",
            signatureBytes(),
            "format",
            each("dd", "dd"),
            "variables",
            each(", @until, 0", ", @ends, $taken"));
    return each(part("before"), part("before"))
        + named(part("write-begin"))
        + add()
        + named(part("hold-begin"))
        + each(part("drains-rolling"), "")
        + named(remembered)
        + "end\n";
  }

  String writeHeld() {
    return named(part("write-begin")) + write(TakeScript.Verb.RESERVE) + "end\n";
  }

  String readHeld(int operation) {
    int bytes = signatureBytes() + HELD_BYTES + HELD_LIMIT_BYTES * own.size();
    return named(part("read-held", "operation", operation, "length", bytes));
  }

  /** Returns the lines that refund what was reserved and not used. */
  String settle() {
    return named(
        part(
            "settle",
            "variables",
            each(", @until, @mine", ", @until, @mine"),
            "signature",
            signatureBytes(),
            "format",
            each("dd", "dd"),
            "back",
            each(part("back-rolling"), part("back-calendar"))));
  }

  String writeSettled() {
    return "do\n" + add() + write(TakeScript.Verb.SETTLE) + "end\n";
  }

  /** Returns the format of its part of the reply, as in the other script. */
  String operateReplyFormat() {
    return "dBdd" + each("dddddd", "dddddd");
  }

  String operateReplyVariables(TakeScript.Verb verb) {
    boolean settles = verb == TakeScript.Verb.SETTLE;
    String before = settles ? "@peak" : "@before";
    return named(settles ? ", $cost" : ", $taken")
        + named(", 0, &now, &young + &old")
        + each(
            ", @units, @part, " + before + ", @peak, 0, 0",
            ", @units, @ends > 0 and @ends or @next, " + before + ", @peak, 0, 0");
  }
}
