package dev.quota.tool.log;

import dev.quota.internal.text.Shown;
import dev.quota.usage.UsageReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The columns that are read, and their names in logs. Upper and lower case, spaces, {@code _} and
 * {@code -} make no difference in a name. Not thread-safe.
 */
final class Columns {

  static final int TIME = 0;
  static final int SUBJECT = 1;
  static final int PLAN = 2;
  static final int QUOTA = 3;
  static final int COST = 4;
  static final int TOKENS = 5;
  static final int MODEL = 6;
  static final int ZONE = 7;
  static final int TEAM = 8;
  static final int ORG = 9;
  static final int CONVERSATION = 10;

  static final int BILLING_ANCHOR = 11;
  static final int TEAM_BILLING_ANCHOR = 12;
  static final int ORG_BILLING_ANCHOR = 13;

  /** The first of the columns with the use of a call. */
  static final int USAGE = 14;

  private static final List<String> FIXED =
      List.of(
          "time",
          "subject",
          "plan",
          "quota",
          "cost",
          "tokens",
          "model",
          "zone",
          "team",
          "org",
          "conversation",
          "billing_anchor",
          "team_billing_anchor",
          "org_billing_anchor");

  private static final Map<String, List<String>> ALIASES =
      Map.ofEntries(
          Map.entry("time", List.of("timestamp", "ts", "datetime", "@timestamp", "createdat")),
          Map.entry("subject", List.of("user", "userid", "subjectid", "person", "account")),
          Map.entry("plan", List.of("tier")),
          Map.entry("cost", List.of("units")),
          Map.entry("zone", List.of("timezone", "tz")),
          Map.entry("org", List.of("organisation", "organization", "orgid")),
          Map.entry("team", List.of("teamid")),
          Map.entry("conversation", List.of("conversationid")),
          Map.entry("input_tokens", List.of("prompttokens", "requesttokens")),
          Map.entry("output_tokens", List.of("completiontokens", "responsetokens")));

  /** The rest of the two other columns of written tokens. */
  private static final String COMPUTED = "cache_write_5m_input_tokens";

  private final List<String> names = new ArrayList<>(FIXED);
  private final Map<String, String> mapped;
  private final Map<String, Integer> found = new HashMap<>();
  private final Map<String, Integer> byHeader = new HashMap<>();

  /**
   * Creates the columns.
   *
   * @param usageNames names beside those of {@link UsageReport#NAMES} that policies use
   * @param mapped the log's names of columns, by column
   */
  Columns(Collection<String> usageNames, Map<String, String> mapped) {
    Set<String> usage = new LinkedHashSet<>(UsageReport.NAMES);
    usage.addAll(usageNames);
    usage.removeAll(FIXED);
    usage.remove(COMPUTED);
    names.addAll(usage);
    this.mapped = new LinkedHashMap<>(mapped);
    for (String name : mapped.keySet()) {
      if (!names.contains(name)) {
        throw new LogException(
            "unknown column " + Shown.text(name) + "; the columns are " + String.join(", ", names));
      }
    }
    index();
  }

  private void index() {
    Set<String> taken = new LinkedHashSet<>();
    for (Map.Entry<String, String> one : mapped.entrySet()) {
      String header = normal(one.getValue());
      if (!taken.add(header)) {
        throw new LogException("two columns are mapped to " + Shown.text(one.getValue()));
      }
      byHeader.put(header, names.indexOf(one.getKey()));
    }
    for (int i = 0; i < names.size(); i++) {
      if (!mapped.containsKey(names.get(i))) {
        byHeader.putIfAbsent(normal(names.get(i)), i);
      }
    }
    new TreeMap<>(ALIASES)
        .forEach(
            (name, aliases) -> {
              if (!mapped.containsKey(name) && names.contains(name)) {
                aliases.forEach(alias -> byHeader.putIfAbsent(alias, names.indexOf(name)));
              }
            });
  }

  private static String normal(String header) {
    return header.strip().toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
  }

  int count() {
    return names.size();
  }

  String name(int column) {
    return names.get(column);
  }

  /** Returns the column of a name in the log; -1 for a name that is not known. */
  int indexOf(String header) {
    return byHeader.getOrDefault(normal(header), -1);
  }

  boolean isExact(String header, int column) {
    String name = mapped.getOrDefault(names.get(column), names.get(column));
    return normal(header).equals(normal(name));
  }

  /**
   * Returns which column each name of a header means.
   *
   * @throws LogException if two names mean the same column, or a mapped one is not there
   */
  int[] ofHeader(List<String> header) {
    int[] columns = new int[header.size()];
    int[] place = new int[count()];
    java.util.Arrays.fill(place, -1);
    for (int i = 0; i < columns.length; i++) {
      int column = indexOf(header.get(i));
      columns[i] = column;
      if (column >= 0) {
        place(header, columns, place, i);
      }
    }
    for (int i = 0; i < place.length; i++) {
      if (place[i] >= 0) {
        found.put(names.get(i), place[i]);
      }
    }
    requireMapped(header);
    return columns;
  }

  /** If two names mean one column, its own name takes precedence over an alias. */
  private void place(List<String> header, int[] columns, int[] place, int at) {
    int column = columns[at];
    int before = place[column];
    if (before < 0) {
      place[column] = at;
      return;
    }
    boolean exact = isExact(header.get(at), column);
    if (exact == isExact(header.get(before), column)) {
      throw new LogException(
          "the columns "
              + Shown.text(header.get(before))
              + " and "
              + Shown.text(header.get(at))
              + " both mean "
              + names.get(column)
              + "; say which one with --column "
              + names.get(column)
              + "=NAME");
    }
    columns[exact ? before : at] = -1;
    place[column] = exact ? at : before;
  }

  private void requireMapped(List<String> header) {
    mapped.forEach(
        (name, wanted) -> {
          if (!found.containsKey(name)) {
            throw new LogException(
                "the log has no column "
                    + Shown.text(wanted)
                    + "; its columns are "
                    + shown(header));
          }
        });
  }

  static String shown(List<String> header) {
    return Shown.onOneLine(String.join(", ", header.subList(0, Math.min(header.size(), 40))));
  }

  /** Returns whether a header has a column. */
  boolean has(int column) {
    return found.containsKey(names.get(column));
  }

  /** Notes that a log without a header has a column. */
  void note(int column) {
    found.putIfAbsent(names.get(column), column);
  }

  /** Returns whether any column has the use of a call. */
  boolean hasUsage() {
    for (int i = USAGE; i < names.size(); i++) {
      if (has(i)) {
        return true;
      }
    }
    return false;
  }
}
