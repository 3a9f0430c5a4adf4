package dev.quota.redis;

import dev.quota.redis.StoredLimit.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the script that takes and peeks, for one shape: without loops or tables on its way when it
 * finds what it wrote itself, which is nearly always.
 *
 * <p>The parts are in {@code take.lua}; {@link TakeCall} packs the argument and {@link TakeReply}
 * reads the reply.
 */
final class TakeScript {

  /**
   * Lua allows 200 local variables and 250 registers; past this many, variables are fields of a
   * table instead.
   */
  private static final int MAX_LOCALS = 150;

  private static final int LOCALS_PER_QUOTA = 6;
  private static final int LOCALS_PER_ENTRY = 7;
  private static final int LOCALS_PER_LIMIT = 9;

  private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

  private static final Map<String, String> PARTS = LuaText.parts("take.lua");

  private static final Pattern VARIABLE = Pattern.compile("(local )?([@&$])([a-z]+)");

  private final StringBuilder text = new StringBuilder();
  private final boolean inTable;
  private int argument = 25;
  private int limits;
  private int entries;

  private TakeScript(Shape shape, Script.Clock clock) {
    inTable = locals(shape.quotas()) > MAX_LOCALS;
    text.append("-- quota take ").append(shape.text()).append('\n');
    text.append(clock.lua).append(part("begin"));
    if (inTable) {
      text.append("local V = {}\n");
    }
    List<QuotaText> quotas = new ArrayList<>();
    for (List<String> kinds : shape.quotas()) {
      quotas.add(new QuotaText(quotas.size() + 1, kinds));
    }
    quotas.forEach(QuotaText::read);
    quotas.forEach(QuotaText::room);
    text.append(part("begin-decision"));
    quotas.forEach(quota -> quota.append(part("decide")));
    quotas.forEach(quota -> quota.append(part("settle-amount")));
    appendReply(quotas);
    quotas.forEach(QuotaText::write);
    text.append("return reply\n");
  }

  /** The numbers before the writes, in one piece where they fit into Lua's registers. */
  private void appendReply(List<QuotaText> quotas) {
    StringBuilder format = new StringBuilder();
    StringBuilder variables = new StringBuilder();
    if (inTable) {
      text.append(part("reply", "format", "", "variables", ""));
      quotas.forEach(
          quota ->
              quota.own.forEach(
                  entry ->
                      text.append(
                          part(
                              "reply-more",
                              "format",
                              entry.replyFormat(),
                              "variables",
                              entry.replyVariables().substring(2)))));
    } else {
      quotas.forEach(
          quota ->
              quota.own.forEach(
                  entry -> {
                    format.append(entry.replyFormat());
                    variables.append(entry.replyVariables());
                  }));
      text.append(part("reply", "format", format, "variables", variables));
    }
  }

  private static int locals(List<List<String>> quotas) {
    int locals = quotas.size() * LOCALS_PER_QUOTA;
    for (List<String> kinds : quotas) {
      for (String letters : kinds) {
        locals += LOCALS_PER_ENTRY + letters.length() * LOCALS_PER_LIMIT;
      }
    }
    return locals;
  }

  static Script of(Shape shape, Script.Clock clock) {
    return SCRIPTS.computeIfAbsent(
        clock.name() + shape.text(),
        key -> Script.of(new TakeScript(shape, clock).text.toString()));
  }

  private static String part(String name) {
    String part = PARTS.get(name);
    if (part == null) {
      throw new IllegalStateException("take.lua has no part " + name);
    }
    return part;
  }

  /** Returns a part with its places filled: names and values by turns. */
  private static String part(String name, Object... filled) {
    String part = part(name);
    for (int i = 0; i < filled.length; i += 2) {
      part = part.replace("{{" + filled[i] + "}}", String.valueOf(filled[i + 1]));
    }
    return part;
  }

  private String name(char level, String name, int number) {
    String suffix =
        switch (level) {
          case '@' -> "" + number;
          case '&' -> "_entry" + number;
          default -> "_quota" + number;
        };
    return (inTable ? "V." : "") + name + suffix;
  }

  /** Names the variables of a template. */
  private String named(String template, int quota, int entry, int limit) {
    return VARIABLE
        .matcher(template)
        .replaceAll(
            match -> {
              char level = match.group(2).charAt(0);
              int number = level == '@' ? limit : level == '&' ? entry : quota;
              String local = match.group(1) == null || inTable ? "" : match.group(1);
              return local + name(level, match.group(3), number);
            });
  }

  /** One limit of an entry: its kind, its number within the script and within its entry. */
  private record LimitText(Kind kind, int number, int index) {

    boolean isRolling() {
      return kind == Kind.ROLLING;
    }

    /** Returns where its id stands in the signature. */
    int idAt() {
      return 2 + EntryLayout.ID_BYTES * index;
    }

    String found() {
      // Its last word is "else", which becomes the next part's "elseif".
      return part(isRolling() ? "found-rolling" : "found-calendar", "at", idAt()).stripTrailing();
    }

    String bringToNow() {
      return isRolling()
          ? part("drain")
          : part("roll-over", "furthest", kind.furthestEnd().toMillis());
    }

    String record() {
      return part(
          isRolling() ? "record-rolling" : "record-calendar",
          "first",
          idAt(),
          "last",
          idAt() + EntryLayout.ID_BYTES - 1);
    }
  }

  /** Writes the lines of one quota. */
  private final class QuotaText {

    private final int number;
    private final List<EntryText> own = new ArrayList<>();

    QuotaText(int number, List<String> kinds) {
      this.number = number;
      for (String letters : kinds) {
        own.add(new EntryText(number, ++entries, letters));
      }
    }

    void append(String template) {
      text.append(named(template, number, 0, 0));
    }

    void read() {
      if (inTable) {
        // Lua assigns fewer than 200 variables at once, and a quota's scopes can have more.
        append(part("read-quota", "variables", "", "format", "", "at", argument));
      } else {
        String variables =
            own.stream().map(EntryText::argumentVariables).collect(Collectors.joining());
        String format = own.stream().map(EntryText::argumentFormat).collect(Collectors.joining());
        append(part("read-quota", "variables", variables, "format", format, "at", argument));
      }
      argument += TakeCall.QUOTA_BYTES;
      for (EntryText entry : own) {
        if (inTable) {
          text.append(entry.readArgument(argument));
        }
        argument += entry.argumentBytes();
      }
      own.forEach(EntryText::read);
    }

    void room() {
      append(part("open-room"));
      own.forEach(EntryText::room);
    }

    void write() {
      own.forEach(EntryText::write);
    }
  }

  /** Writes the lines of one entry. */
  private final class EntryText {

    private static final String PACKED_ROLLING = "dI5dd";
    private static final int PACKED_ROLLING_BYTES = 29;
    private static final String PACKED_CALENDAR = "dI6";
    private static final int PACKED_CALENDAR_BYTES = 14;
    private static final int STAMP_BYTES = 6;

    private final int quota;
    private final int number;
    private final List<LimitText> own = new ArrayList<>();

    EntryText(int quota, int number, String letters) {
      this.quota = quota;
      this.number = number;
      for (int i = 0; i < letters.length(); i++) {
        own.add(new LimitText(Kind.of(letters.charAt(i)), ++limits, i));
      }
    }

    private void append(String template) {
      text.append(named(template, quota, number, 0));
    }

    /** Returns what is written for each limit, one after the other. */
    private String each(Function<LimitText, String> template) {
      return own.stream()
          .map(limit -> named(template.apply(limit), quota, number, limit.number()))
          .collect(Collectors.joining());
    }

    private String each(String rolling, String calendar) {
      return each(limit -> limit.isRolling() ? rolling : calendar);
    }

    private boolean isPacked() {
      return own.size() <= EntryLayout.MAX_PACKED_LIMITS;
    }

    private int signatureBytes() {
      return 1 + EntryLayout.ID_BYTES * own.size();
    }

    String argumentVariables() {
      return named(", &closed, &signature", quota, number, 0)
          + each(", @cap, @parts, @drain", ", @cap, @next");
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

    void read() {
      String absent = each(part("absent-rolling"), part("absent-calendar"));
      append(part("read-entry", "absent", absent, "key", number));
      if (isPacked()) {
        int bytes =
            own.stream()
                .mapToInt(limit -> limit.isRolling() ? PACKED_ROLLING_BYTES : PACKED_CALENDAR_BYTES)
                .sum();
        append(
            part(
                "read-packed",
                "length",
                signatureBytes() + STAMP_BYTES + bytes,
                "signature",
                signatureBytes(),
                "variables",
                each(", @units, @part, @was, @peak", ", @units, @ends"),
                "format",
                each(PACKED_ROLLING, PACKED_CALENDAR)));
      }
      append(
          part(
              "read-other",
              "derived",
              each("    @stamp = stamp\n", "    @peak = @units\n"),
              "absent",
              absent.replace("local ", "  "),
              "key",
              number,
              "found",
              each(LimitText::found)));
      text.append(each(part("clamp"), ""));
      text.append(each(LimitText::bringToNow));
      text.append("end\n");
    }

    void room() {
      append(part("room"));
      text.append(each(part("room-rolling"), part("room-calendar")));
    }

    String replyFormat() {
      return "dd" + each("ddd", "ddd");
    }

    String replyVariables() {
      return named(", $taken, &now", quota, number, 0)
          + each(", @units, @part, @peak", ", @units, @peak, @ends > 0 and @ends or @next");
    }

    void write() {
      if (own.isEmpty()) {
        return;
      }
      append(part("write-begin"));
      text.append(each(part("add-rolling"), part("add-calendar")));
      append(part("expire"));
      if (isPacked()) {
        append(
            part(
                "write-packed",
                "plain",
                each("", " and @peak == @units"),
                "key",
                number,
                "signature",
                signatureBytes(),
                "format",
                each(PACKED_ROLLING, PACKED_CALENDAR),
                "variables",
                each(", @units, @part, @was, @peak", ", @units, @ends")));
      } else {
        text.append("  do\n    local sub = string.sub\n");
      }
      append(part("write-records", "records", each(LimitText::record), "key", number));
      text.append("  end\nend\n");
    }
  }
}
