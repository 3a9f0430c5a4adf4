package dev.quota.servlet;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.policy.Action;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Threshold;
import dev.quota.policy.Unit;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Endpoints and policies that several tests use. */
final class TestServlets {

  private TestServlets() {}

  static Policies policies() {
    return Policies.builder()
        .plan(new Plan("free", "Free", List.of(new Action("upgrade", "See plans", "/plans"))))
        .plan(Plan.of("pro"))
        .plan(Plan.of("trial"))
        .plan(Plan.of("enterprise"))
        .quota(
            QuotaPolicy.builder("chat")
                .label("Chat messages")
                .unit(Unit.count("message", "messages"))
                .limit("burst", "10 per minute")
                .limit("daily", "50 per calendar day")
                .planCapacity("pro", "daily", 500)
                .planUnlimited("enterprise", "daily")
                .warnAt("80%", "95%")
                .build())
        .quota(
            QuotaPolicy.builder("ping")
                .limit(
                    LimitPolicy.of("minute", "5 per minute")
                        .withWarnAt(List.of(new Threshold.UsedShare(80))))
                .build())
        .quota(
            QuotaPolicy.builder("image")
                .unit(Unit.count("image", "images"))
                .limit("monthly", "20 per calendar month")
                .planCapacity("trial", "monthly", 0)
                .build())
        .build();
  }

  /** Answers with a word, counting how often it ran. */
  abstract static class Answering extends HttpServlet {

    private static final long serialVersionUID = 1L;

    final transient AtomicInteger runs = new AtomicInteger();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      runs.incrementAndGet();
      response.setContentType("text/plain");
      response.getWriter().print("done");
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      doGet(request, response);
    }
  }

  @Quota("ping")
  static final class Ping extends Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("chat")
  static final class Chat extends Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "image", cost = 4)
  static final class Image extends Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "image", costFrom = SizeCost.class)
  static final class SizedImage extends Answering {
    private static final long serialVersionUID = 1L;
  }

  /** Reads the cost from the address. */
  static final class SizeCost implements CostFunction<HttpServletRequest> {
    @Override
    public long costOf(HttpServletRequest request) {
      return Long.parseLong(request.getParameter("n"));
    }
  }

  @Quota("ping")
  @Quota("chat")
  static final class Both extends Answering {
    private static final long serialVersionUID = 1L;
  }

  static final class Open extends Answering {
    private static final long serialVersionUID = 1L;
  }
}
