package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.Quotas;
import dev.quota.store.StoreHealth;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Reports where the counts are stored and whether the store answers.
 *
 * <p>The status is 200 also while the store does not answer, because the demo continues to serve as
 * its policies say. All nodes lose the same Redis at the same moment. If a load balancer removed
 * them all, an outage of the store would become an outage of the application. Monitoring reads
 * {@code available}.
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
