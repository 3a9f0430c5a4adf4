package dev.quota.demo;

import dev.quota.GrantRequest;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.servlet.SubjectResolver;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Grants the caller extra units until tomorrow. For a demo only: it checks no rights. */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class GrantServlet extends HttpServlet {

  private static final System.Logger LOG = System.getLogger(GrantServlet.class.getName());
  private static final Duration VALID = Duration.ofDays(1);

  private final transient Quotas quotas;
  private final transient SubjectResolver subjects;

  GrantServlet(Quotas quotas, SubjectResolver subjects) {
    this.quotas = quotas;
    this.subjects = subjects;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Spending wanted;
    QuotaState state;
    try {
      wanted = Spending.read(request);
      if (!quotas.policies().names().contains(wanted.quota())) {
        throw new Spending.BadSpendingException("There is no such quota.");
      }
      Instant expiresAt = quotas.states(subjects.resolve(request)).now().plus(VALID);
      state =
          quotas.grant(
              GrantRequest.builder(subjects.resolve(request), wanted.quota(), wanted.amount())
                  .reason("for the show")
                  .expiresAt(expiresAt)
                  .operationId(UUID.randomUUID().toString())
                  .build());
    } catch (Spending.BadSpendingException e) {
      new Problem(400, "Nothing to grant", String.valueOf(e.getMessage())).writeTo(response);
      return;
    } catch (IllegalArgumentException e) {
      refuse("grantNone", e, request, response);
      return;
    } catch (IllegalStateException e) {
      refuse("grantFull", e, request, response);
      return;
    }
    response.setHeader("Cache-Control", "no-store");
    Json.write(
        response,
        "application/json",
        json -> {
          json.writeStringField("quota", wanted.quota());
          json.writeNumberField("granted", wanted.amount());
          if (state.primary().remaining().isPresent()) {
            json.writeNumberField("remaining", state.primary().remaining().getAsLong());
          }
        });
  }

  /** Sends a sentence for a person, and logs the library's message for developers. */
  private static void refuse(
      String key, RuntimeException reason, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    LOG.log(System.Logger.Level.DEBUG, "Nothing was granted.", reason);
    String language = PageLanguage.of(request);
    new Problem(409, Texts.one(language, "grantTitle"), Texts.one(language, key)).writeTo(response);
  }
}
