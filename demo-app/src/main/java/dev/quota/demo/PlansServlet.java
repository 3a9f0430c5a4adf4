package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.LimitPolicy;
import dev.quota.LimitWindow;
import dev.quota.Plan;
import dev.quota.Policies;
import dev.quota.QuotaPolicy;
import dev.quota.spi.Capacity;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists what each plan holds, from the policies in force, so that the page cannot be wrong. */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class PlansServlet extends HttpServlet {

  private final transient Policies policies;

  PlansServlet(Policies policies) {
    this.policies = policies;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    Json.write(response, "application/json", this::members);
  }

  private void members(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("plans");
    for (Plan plan : policies.plans().values()) {
      json.writeStartObject();
      json.writeStringField("name", plan.name());
      json.writeStringField("label", plan.label());
      json.writeArrayFieldStart("quotas");
      for (QuotaPolicy quota : policies.quotas().values()) {
        write(json, plan, quota);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, Plan plan, QuotaPolicy quota) throws IOException {
    Map<String, Capacity> changed = quota.planCapacities().getOrDefault(plan.name(), Map.of());
    json.writeStartObject();
    json.writeStringField("label", quota.label());
    json.writeArrayFieldStart("limits");
    for (LimitPolicy limit : quota.limits()) {
      Capacity capacity = changed.getOrDefault(limit.name(), limit.capacity());
      json.writeString(words(capacity, limit.window(), quota.unit().label()));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String words(Capacity capacity, LimitWindow window, String unit) {
    if (capacity instanceof Capacity.Limited limited) {
      return limited.units() == 0
          ? "not included"
          : String.format(Locale.ROOT, "%,d %s per %s", limited.units(), unit, period(window));
    }
    return "unlimited " + unit + " per " + period(window);
  }

  private static String period(LimitWindow window) {
    if (window instanceof LimitWindow.Calendar calendar) {
      return calendar.unit().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    return words(((LimitWindow.Rolling) window).period());
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
