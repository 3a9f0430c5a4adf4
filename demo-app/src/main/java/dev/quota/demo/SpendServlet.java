package dev.quota.demo;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.servlet.SubjectResolver;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Uses up some of the caller's own quota, so that every state can be shown without fifty prompts.
 * For a demo only.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class SpendServlet extends HttpServlet {

  private final transient Quotas quotas;
  private final transient SubjectResolver subjects;
  private final transient Optional<DemoClock> clock;

  SpendServlet(Quotas quotas, SubjectResolver subjects, Optional<DemoClock> clock) {
    this.quotas = quotas;
    this.subjects = subjects;
    this.clock = clock;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Spending spending;
    try {
      spending = Spending.read(request);
      if (!quotas.policies().names().contains(spending.quota())) {
        throw new Spending.BadSpendingException("There is no such quota.");
      }
    } catch (Spending.BadSpendingException e) {
      e.problem().writeTo(response);
      return;
    }
    Subject subject = subjects.resolve(request);
    FastForward.Spent spent = new FastForward(quotas, clock).spend(subject, spending);
    response.setHeader("Cache-Control", "no-store");
    Json.write(
        response,
        "application/json",
        json -> {
          json.writeStringField("quota", spending.quota());
          json.writeNumberField("asked", spending.amount());
          json.writeNumberField("taken", spent.units());
          json.writeNumberField("clockAheadSeconds", spent.skipped().toSeconds());
        });
  }
}
