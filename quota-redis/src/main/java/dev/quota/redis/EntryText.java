package dev.quota.redis;

import static dev.quota.redis.ScriptParts.part;

import java.util.Optional;
import java.util.function.Function;

/** Writes the lines of one entry of a script. Immutable. */
final class EntryText {

  /** The size of an operation's record, without its signature and its limits. */
  private static final int HELD_BYTES = 42;

  private static final int HELD_LIMIT_BYTES = 16;

  private final EntryTemplates templates;
  private final Optional<PackedEntry> packed;
  final int number;

  /**
   * Creates the text of one entry.
   *
   * @param number its number, from 1, which is also the position of its key
   * @param letters the kinds of its limits
   * @param firstLimit the number of its first limit
   */
  EntryText(ScriptParts parts, int quota, int number, String letters, int firstLimit) {
    this.number = number;
    this.templates = new EntryTemplates(parts, quota, number, letters, firstLimit);
    this.packed =
        EntryLayout.isPacked(letters)
            ? Optional.of(new PackedEntry(templates, number))
            : Optional.empty();
  }

  private String named(String template) {
    return templates.named(template);
  }

  private String each(Function<LimitText, String> template) {
    return templates.each(template);
  }

  private String each(String rolling, String calendar) {
    return templates.each(rolling, calendar);
  }

  private int signatureBytes() {
    return templates.signatureBytes();
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
    StringBuilder text = new StringBuilder(each(LimitText::next));
    String sums = verb == TakeScript.Verb.TAKE ? "" : part("sums");
    text.append(named(part("read-entry", "more", sums, "absent", absent, "key", number)));
    packed.ifPresent(value -> text.append(named(value.read(verb))));
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
      text.append(each(LimitText::unchanged));
    }
    text.append(each(LimitText::bringToNow)).append(named(part("keep-sums"))).append("end\n");
    return text.append(named(part(verb == TakeScript.Verb.TAKE ? "open" : "turn"))).toString();
  }

  String room() {
    return named(part("room")) + each(part("room-rolling"), part("room-calendar"));
  }

  String replyFormat() {
    return "ddd" + each("ddd", "ddd");
  }

  String replyVariables() {
    return named(", $taken, &now, &open")
        + each(
            limit ->
                limit.isRolling() ? ", @units, @part, @peak" : ", @units, @peak" + limit.end());
  }

  /** Returns the lines that add what was taken and write the count. */
  String take() {
    return templates.limits().isEmpty()
        ? ""
        : named(part("write-begin")) + add() + write(TakeScript.Verb.TAKE) + "end\n";
  }

  private String add() {
    return each(part("add-rolling"), part("add-calendar"));
  }

  private String write(TakeScript.Verb verb) {
    String text = named(part("expire"));
    text +=
        packed.map(value -> named(value.write(verb))).orElse("  do\n    local sub = string.sub\n");
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
    int bytes = signatureBytes() + HELD_BYTES + HELD_LIMIT_BYTES * templates.limits().size();
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
            limit ->
                (limit.isRolling() ? ", @units, @part" : ", @units" + limit.end())
                    + ", "
                    + before
                    + ", @peak, 0, 0");
  }
}
