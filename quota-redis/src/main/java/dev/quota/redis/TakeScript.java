package dev.quota.redis;

import static dev.quota.redis.ScriptParts.part;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Generates the scripts that take, reserve and settle, each for one shape. They have no loops and
 * tables on the usual way, in which they read a value that they wrote themselves.
 *
 * <p>The parts are in {@code take.lua}, one text for all three. {@link TakeCall} packs the argument
 * of a take and {@link TakeReply} reads its reply; for the others {@link ShortCall} and {@link
 * OperateReply} do.
 */
final class TakeScript {

  /** What a script does. */
  enum Verb {
    /** Take or peek without an operation. */
    TAKE(25, 11, 0, 3),
    /** Take with an operation. */
    RESERVE(26, 16, 1, 6),
    /** Settle a reservation finally, to a total that is not more than it took. */
    SETTLE(17, 17, 2, 6);

    /** The position of the first quota in the argument. */
    final int argument;

    private final int localsPerEntry;
    private final int moreLocalsPerLimit;
    private final int repliesPerLimit;

    Verb(int argument, int localsPerEntry, int moreLocalsPerLimit, int repliesPerLimit) {
      this.argument = argument;
      this.localsPerEntry = localsPerEntry;
      this.moreLocalsPerLimit = moreLocalsPerLimit;
      this.repliesPerLimit = repliesPerLimit;
    }

    private int localsPerLimit(int kind) {
      return moreLocalsPerLimit
          + (kind == StoredLimit.Kind.ROLLING.letter ? LOCALS_PER_ROLLING : LOCALS_PER_CALENDAR);
    }
  }

  /**
   * The most local variables of limits. Lua allows 200, and the rest of the script needs about
   * fifteen. With more, variables are fields of a table.
   */
  private static final int MAX_LOCALS = 150;

  /** The most registers. Lua allows 250, for local variables and for the numbers of the reply. */
  private static final int MAX_REGISTERS = 205;

  private static final int LOCALS_PER_QUOTA = 6;
  private static final int LOCALS_PER_ROLLING = 8;
  private static final int LOCALS_PER_CALENDAR = 5;
  private static final int REPLIES_PER_ENTRY = 4;

  private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

  private final StringBuilder text = new StringBuilder();
  private final Verb verb;
  private final ScriptParts parts;
  private final List<QuotaText> quotas = new ArrayList<>();
  private int argument;
  private int limits = 1;
  private int entries;

  private TakeScript(Verb verb, Shape shape, Script.Clock clock) {
    this.verb = verb;
    parts = new ScriptParts(!fits(verb, shape));
    argument = verb.argument;
    String name = verb.name().toLowerCase(Locale.ROOT);
    text.append("-- quota ").append(name).append(' ').append(shape.text()).append('\n');
    text.append(clock.lua).append(part(verb == Verb.TAKE ? "begin" : "begin-" + name));
    if (parts.inTable) {
      text.append("local V = {}\n");
    }
    for (List<String> kinds : shape.quotas()) {
      quotas.add(new QuotaText(quotas.size() + 1, kinds));
    }
    switch (verb) {
      case TAKE -> take();
      case RESERVE -> reserve();
      case SETTLE -> settle();
    }
    text.append("return reply\n");
  }

  private void take() {
    decide();
    appendReply();
    appendAll(EntryText::take);
  }

  private void reserve() {
    decide();
    appendAll(entry -> entry.unknown(operation(entry)));
    appendAll(entry -> entry.hold(operation(entry), entries + 1));
    appendOperateReply("done == 0 and 2 or 0");
    appendAll(EntryText::writeHeld);
  }

  private void settle() {
    quotas.forEach(QuotaText::read);
    appendAll(EntryText::settle);
    appendOperateReply("0");
    StringBuilder keys = new StringBuilder();
    for (int i = 1; i <= entries; i++) {
      keys.append(", KEYS[").append(entries + i).append(']');
    }
    text.append(part("forget", "keys", keys));
    appendAll(EntryText::writeSettled);
  }

  private void decide() {
    quotas.forEach(QuotaText::read);
    quotas.forEach(QuotaText::room);
    text.append(part("begin-decision"));
    quotas.forEach(quota -> quota.append(part("decide")));
    quotas.forEach(quota -> quota.append(part("settle-amount")));
  }

  /** Returns the position of the key of an operation: after those of the counts, in their order. */
  private int operation(EntryText entry) {
    return entries + entry.number;
  }

  private void appendAll(Function<EntryText, String> lines) {
    quotas.forEach(quota -> quota.own.forEach(entry -> text.append(lines.apply(entry))));
  }

  /**
   * Appends the reply. Its numbers are computed before the writes, in one piece if they fit into
   * Lua's registers.
   */
  private void appendReply() {
    if (parts.inTable) {
      text.append(part("reply", "format", "", "variables", ""));
      appendAll(
          entry ->
              part(
                  "reply-more",
                  "format",
                  entry.replyFormat(),
                  "variables",
                  entry.replyVariables().substring(2)));
      return;
    }
    StringBuilder format = new StringBuilder();
    StringBuilder variables = new StringBuilder();
    for (QuotaText quota : quotas) {
      for (EntryText entry : quota.own) {
        format.append(entry.replyFormat());
        variables.append(entry.replyVariables());
      }
    }
    text.append(part("reply", "format", format, "variables", variables));
  }

  private void appendOperateReply(String outcome) {
    StringBuilder format = new StringBuilder();
    StringBuilder variables = new StringBuilder();
    for (QuotaText quota : quotas) {
      for (EntryText entry : quota.own) {
        format.append(entry.operateReplyFormat());
        variables.append(entry.operateReplyVariables(verb));
      }
    }
    text.append(
        part("reply-operate", "outcome", outcome, "format", format, "variables", variables));
  }

  /** Returns whether all variables of a script can be local, which is fastest. */
  static boolean fits(Verb verb, Shape shape) {
    int locals = shape.quotas().size() * LOCALS_PER_QUOTA;
    int replies = 0;
    for (List<String> kinds : shape.quotas()) {
      for (String letters : kinds) {
        locals += verb.localsPerEntry + letters.chars().map(verb::localsPerLimit).sum();
        replies += REPLIES_PER_ENTRY + letters.length() * verb.repliesPerLimit;
      }
    }
    return locals <= MAX_LOCALS && locals + replies <= MAX_REGISTERS;
  }

  static Script of(Shape shape, Script.Clock clock) {
    return of(Verb.TAKE, shape, clock);
  }

  static Script of(Verb verb, Shape shape, Script.Clock clock) {
    return SCRIPTS.computeIfAbsent(
        verb.name() + clock.name() + shape.text(),
        key -> Script.of(new TakeScript(verb, shape, clock).text.toString()));
  }

  /** Writes the lines of one quota. */
  private final class QuotaText {

    private final int number;
    private final List<EntryText> own = new ArrayList<>();

    QuotaText(int number, List<String> kinds) {
      this.number = number;
      for (String letters : kinds) {
        own.add(new EntryText(parts, number, ++entries, letters, limits));
        limits += letters.length();
      }
    }

    void append(String template) {
      text.append(parts.named(template, number, 0, 0));
    }

    void read() {
      if (parts.inTable) {
        // Read in parts, because Lua assigns fewer than 200 variables at once.
        append(part("read-quota", "variables", "", "format", "", "at", argument));
      } else {
        String variables =
            own.stream().map(EntryText::argumentVariables).collect(Collectors.joining());
        String format = own.stream().map(EntryText::argumentFormat).collect(Collectors.joining());
        append(part("read-quota", "variables", variables, "format", format, "at", argument));
      }
      argument += TakeCall.QUOTA_BYTES;
      for (EntryText entry : own) {
        if (parts.inTable) {
          text.append(entry.readArgument(argument));
        }
        argument += entry.argumentBytes();
      }
      for (EntryText entry : own) {
        if (verb == Verb.SETTLE) {
          text.append(entry.readHeld(operation(entry)));
        }
        text.append(entry.read(verb));
      }
    }

    void room() {
      append(part("open-room"));
      own.forEach(entry -> text.append(entry.room()));
    }
  }
}
