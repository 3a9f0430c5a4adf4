package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.Quotas;
import dev.quota.store.StoreHealth;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Says where counts live and whether the store answers.
 *
 * <p>The status is 200 also while it does not: the demo goes on serving as its policies say, and
 * all nodes lose the same Redis at the same moment. A load balancer that took them out for it would
 * turn an outage of the counts into an outage of everything. Who watches the store reads {@code
 * available}.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class HealthServlet extends HttpServlet {

  private final transient Quotas quotas;

  HealthServlet(Quotas quotas) {
    this.quotas = quotas;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    Json.write(response, "application/json", this::members);
  }

  private void members(JsonGenerator json) throws IOException {
    StoreHealth health = quotas.health();
    json.writeObjectFieldStart("store");
    json.writeStringField("name", health.store());
    json.writeBooleanField("available", health.available());
    json.writeStringField("detail", health.detail());
    json.writeEndObject();
  }
}
