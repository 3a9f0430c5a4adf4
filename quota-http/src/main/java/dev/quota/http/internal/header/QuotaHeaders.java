package dev.quota.http.internal.header;

import dev.quota.Level;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.http.answer.HeaderFields;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the headers about a decision. Thread-safe. */
public final class QuotaHeaders {

  public static final String LEVEL = "Quota-Level";
  public static final String RETRY_AFTER = "Retry-After";
  public static final String SHOULD_RETRY = "x-should-retry";

  private final HeaderDialect dialect;

  /** The members of {@link #LEVEL}, by the names of quotas. There are few, from the policies. */
  private final Map<String, Map<Level, String>> levels = new ConcurrentHashMap<>();

  public QuotaHeaders(HeaderDialect dialect) {
    this.dialect = dialect;
  }

  public HeaderFields of(QuotaSnapshot all) {
    HeaderFields headers = new HeaderFields();
    QuotaSnapshot states = all.visible();
    if (states.quotas().isEmpty()) {
      return headers;
    }
    dialect.write(states, headers);
    headers.put(LEVEL, levels(states));
    return headers;
  }

  /** Returns the names of the headers that a page of another origin may read. */
  public static List<String> exposed(HeaderFields headers) {
    if (headers.isEmpty()) {
      return List.of();
    }
    List<String> names = new ArrayList<>(headers.names());
    names.add(RETRY_AFTER);
    names.add(SHOULD_RETRY);
    return names;
  }

  private String levels(QuotaSnapshot states) {
    List<QuotaState> quotas = states.quotas();
    String levels = level(quotas.get(0));
    // An index loop, because this runs in each charged request and an iterator would be garbage.
    for (int i = 1; i < quotas.size(); i++) {
      levels = levels + ", " + level(quotas.get(i));
    }
    return levels;
  }

  private String level(QuotaState state) {
    Map<Level, String> ofQuota = levels.computeIfAbsent(state.name(), QuotaHeaders::levels);
    return Objects.requireNonNull(ofQuota.get(state.level()));
  }

  private static Map<Level, String> levels(String quota) {
    Map<Level, String> levels = new EnumMap<>(Level.class);
    for (Level level : Level.values()) {
      levels.put(level, quota + "=" + level.text());
    }
    return levels;
  }
}
