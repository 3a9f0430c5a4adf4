package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.servlet.SubjectResolver;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lists the limits of each plan. They are read from the current policies, so that the page is
 * always right.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class PlansServlet extends HttpServlet {

  private static final String AT_ONCE = "atOnce";
  private static final String CALLS = "calls";
  private static final Set<String> PERIODS =
      Set.of("minute", "hour", "day", "week", "month", AT_ONCE, "conversation", CALLS);

  /** Read at the first request, because the demo should start fast. */
  private static final class Words {
    static final QuotaMessages MESSAGES = QuotaMessages.create();
  }

  private final transient Policies policies;
  private final transient SubjectResolver subjects;

  PlansServlet(Policies policies, SubjectResolver subjects) {
    this.policies = policies;
    this.subjects = subjects;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Locale locale = Locale.forLanguageTag(PageLanguage.of(request));
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Language", locale.toLanguageTag());
    Json.write(response, "application/json", json -> members(json, locale, current(request)));
  }

  /** Returns the name of the caller's plan; a caller without one is on the first. */
  private Optional<String> current(HttpServletRequest request) {
    return subjects
        .resolve(request)
        .plan()
        .filter(policies.plans()::containsKey)
        .or(() -> policies.plans().keySet().stream().findFirst());
  }

  private void members(JsonGenerator json, Locale locale, Optional<String> current)
      throws IOException {
    json.writeArrayFieldStart("plans");
    for (Plan plan : policies.plans().values()) {
      json.writeStartObject();
      json.writeStringField("name", plan.name());
      json.writeStringField("label", Words.MESSAGES.label(plan, locale));
      json.writeBooleanField("current", current.isPresent() && plan.name().equals(current.get()));
      json.writeArrayFieldStart("quotas");
      for (QuotaPolicy quota : policies.quotas().values()) {
        write(json, plan, quota, locale);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, Plan plan, QuotaPolicy quota, Locale locale)
      throws IOException {
    Map<String, Capacity> changed = quota.planCapacities().getOrDefault(plan.name(), Map.of());
    json.writeStartObject();
    json.writeStringField("label", Words.MESSAGES.label(quota, locale));
    json.writeStringField("unit", Words.MESSAGES.label(quota.unit(), locale));
    json.writeArrayFieldStart("limits");
    for (LimitPolicy limit : quota.limits()) {
      Capacity capacity = changed.getOrDefault(limit.name(), limit.capacity());
      json.writeString(words(capacity, limit.window(), quota.unit().label()));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("amounts");
    for (LimitPolicy limit : quota.limits()) {
      Scope scope = limit.scope().orElse(quota.scope());
      amount(json, changed.getOrDefault(limit.name(), limit.capacity()), limit.window(), scope);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Writes a limit as numbers and keys. The page has its own words for them. */
  private static void amount(JsonGenerator json, Capacity capacity, LimitWindow window, Scope scope)
      throws IOException {
    json.writeStartObject();
    if (capacity instanceof Capacity.Limited limited) {
      json.writeNumberField("units", limited.units());
    } else {
      json.writeNullField("units");
    }
    String period = period(window);
    json.writeStringField("window", PERIODS.contains(period) ? period : "other");
    if (scope == Scope.TEAM || scope == Scope.ORG || scope == Scope.GLOBAL) {
      json.writeStringField("sharedBy", scope.text());
    }
    json.writeEndObject();
  }

  private static String words(Capacity capacity, LimitWindow window, String unit) {
    if (capacity instanceof Capacity.Limited limited) {
      if (limited.units() == 0) {
        return "not included";
      }
      if (window instanceof LimitWindow.Concurrent) {
        return String.format(Locale.ROOT, "%,d at once", limited.units());
      }
      return period(window).equals(CALLS)
          ? String.format(Locale.ROOT, "%,d calls per conversation", limited.units())
          : String.format(Locale.ROOT, "%,d %s per %s", limited.units(), unit, period(window));
    }
    return "unlimited " + unit + " per " + period(window);
  }

  private static String period(LimitWindow window) {
    if (window instanceof LimitWindow.Calendar calendar) {
      return calendar.unit().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    if (window instanceof LimitWindow.BillingCycle) {
      return "billing cycle";
    }
    if (window instanceof LimitWindow.Concurrent) {
      return AT_ONCE;
    }
    if (window instanceof LimitWindow.Conversation conversation) {
      return conversation.counted() == LimitWindow.Conversation.Counted.CALLS
          ? CALLS
          : "conversation";
    }
    if (window instanceof LimitWindow.Session session) {
      return "session of " + words(session.period());
    }
    return words(((LimitWindow.Moving) window).period());
  }

  private static String words(Duration period) {
    Optional<ChronoUnit> one =
        Stream.of(ChronoUnit.MINUTES, ChronoUnit.HOURS, ChronoUnit.DAYS)
            .filter(unit -> unit.getDuration().equals(period))
            .findFirst();
    return one.map(unit -> unit.name().toLowerCase(Locale.ROOT).replaceAll("s$", ""))
        .orElseGet(() -> period.toSeconds() + " seconds");
  }
}
