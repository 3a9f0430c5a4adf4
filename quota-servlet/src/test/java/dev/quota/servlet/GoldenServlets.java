package dev.quota.servlet;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.Scope;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;

/** The application of the golden record. */
final class GoldenServlets {

  private static final byte[] SECRET = "sixteen bytes at".getBytes(StandardCharsets.US_ASCII);

  private GoldenServlets() {}

  private static Policies policies(String file) {
    String path = "golden/" + file;
    return PolicyFile.read(
        path, Objects.requireNonNull(GoldenServlets.class.getResourceAsStream("/" + path)));
  }

  /** Returns the application whose policies limit conversations. */
  static TestApp.Builder withConversations() {
    return TestApp.with(policies("agents.yaml"))
        .customise(GoldenServlets::usual)
        .filter("/*", CORS)
        .servlet("/agents", new Agents())
        .servlet("/agents/seven", new SevenUnits())
        .servlet("/chat", new Chat())
        .servlet("/keyed", new Keyed())
        .servlet("/open", new Open());
  }

  static TestApp.Builder app() {
    return TestApp.with(policies("quotas.yaml"))
        .customise(GoldenServlets::usual)
        .filter("/*", CORS)
        .servlet("/chat", new Chat())
        .servlet("/chat/three", new ThreeChats())
        .servlet("/ping", new Ping())
        .servlet("/both", new Both())
        .servlet("/week", new Week())
        .servlet("/rolling-day", new RollingDay())
        .servlet("/image", new Image())
        .servlet("/sized", new Sized())
        .servlet("/upload", new Upload())
        .servlet("/spend", new Spend())
        .servlet("/team", new Team())
        .servlet("/smart", new Smart())
        .servlet("/routed", new Routed())
        .servlet("/huge", new Huge())
        .servlet("/tokens", new Tokens())
        .servlet("/keyed", new Keyed())
        .servlet("/key-demanded", new KeyDemanded())
        .servlet("/away/deny", new AwayDeny())
        .servlet("/away/allow", new AwayAllow())
        .servlet("/away/local", new AwayLocal())
        .servlet("/open", new Open());
  }

  static QuotaFilterBuilder usual(QuotaFilterBuilder filter) {
    return filter.subjects(GoldenServlets::subject).conversationSecret(SECRET);
  }

  /** The application's own, in front of the quotas. */
  private static final Filter CORS =
      (request, response, chain) -> {
        if (((HttpServletRequest) request).getHeader("Origin") != null) {
          ((HttpServletResponse) response)
              .setHeader("Access-Control-Allow-Origin", "https://shop.example");
        }
        if (((HttpServletRequest) request).getHeader("X-Cdn") != null) {
          ((HttpServletResponse) response).setHeader("CDN-Cache-Control", "max-age=60");
        }
        chain.doFilter(request, response);
      };

  private static Subject subject(HttpServletRequest request) {
    String user = request.getHeader("X-User");
    Subject.Builder subject =
        user == null
            ? SubjectResolver.principalOrAddress().resolve(request).toBuilder()
            : Subject.builder(Subject.Kind.USER, user);
    if (request.getHeader("X-Plan") != null) {
      subject.plan(request.getHeader("X-Plan"));
    }
    if (request.getHeader("X-Zone") != null) {
      subject.zone(ZoneId.of(request.getHeader("X-Zone")));
    }
    if (request.getHeader("X-Locale") != null) {
      subject.locale(Locale.forLanguageTag(request.getHeader("X-Locale")));
    }
    if (request.getHeader("X-Org") != null) {
      subject.group(Scope.ORG, request.getHeader("X-Org"));
    }
    if (request.getHeader("X-Conversation") != null) {
      subject.conversation(request.getHeader("X-Conversation"));
    }
    return subject.build();
  }

  /** Does what the request asks for, and answers. */
  private abstract static class Asked extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String early = request.getParameter("early");
      if (early != null) {
        response.getOutputStream().print(early);
      }
      for (String field : Collections.list(request.getHeaders("X-Set"))) {
        String[] parts = field.split(": ?", 2);
        response.addHeader(parts[0], parts[1]);
      }
      String status = request.getParameter("status");
      if (request.getParameter("back") != null) {
        boolean unused = QuotaExchange.of(request).refund();
      }
      if (status != null) {
        response.setStatus(Integer.parseInt(status));
      }
      if (request.getParameter("to") != null) {
        response.sendRedirect(request.getParameter("to"));
        return;
      }
      answer(request, response);
    }

    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
      response.getOutputStream().print("done");
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      doGet(request, response);
    }
  }

  @Quota("chat")
  private static final class Chat extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "chat", cost = 3)
  private static final class ThreeChats extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("ping")
  private static final class Ping extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("ping")
  @Quota("chat")
  private static final class Both extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("week")
  private static final class Week extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("rolling-day")
  private static final class RollingDay extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("image")
  private static final class Image extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "image", costFrom = Size.class)
  private static final class Sized extends Asked {
    private static final long serialVersionUID = 1L;
  }

  /** Reads the cost from the address. */
  static final class Size implements CostFunction<HttpServletRequest> {
    @Override
    public long costOf(HttpServletRequest request) {
      return Long.parseLong(request.getParameter("n"));
    }
  }

  @Quota("upload")
  private static final class Upload extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("spend")
  private static final class Spend extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("team-chat")
  private static final class Team extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("smart")
  private static final class Smart extends Asked {
    private static final long serialVersionUID = 1L;

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
      response
          .getOutputStream()
          .print(QuotaExchange.of(request).isDegraded() ? "small model" : "large model");
    }
  }

  @Quota("routed")
  private static final class Routed extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("huge")
  private static final class Huge extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("agents")
  private static class Agents extends Asked {
    private static final long serialVersionUID = 1L;

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
      boolean passesOn = request.getParameter("pass-on") != null;
      String header =
          passesOn ? QuotaExchange.of(request).conversationHeader().orElse("none") : "done";
      response.getOutputStream().print(header);
    }
  }

  @Quota(value = "agents", cost = 7)
  private static final class SevenUnits extends Agents {
    private static final long serialVersionUID = 1L;
  }

  /** Reserves what the request says, uses what it says, and tells all of it in frames. */
  @Quota(value = "tokens", cost = 0)
  private static final class Tokens extends Asked {
    private static final long serialVersionUID = 1L;

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
      QuotaExchange exchange = QuotaExchange.of(request);
      Reservation reservation = exchange.reserve("tokens", number(request, "reserve"));
      if (!reservation.isAllowed()) {
        exchange.refuse(reservation);
        return;
      }
      boolean goesOn = reservation.used(number(request, "use"));
      response.setContentType("text/event-stream;charset=utf-8");
      Notices notices = exchange.notices();
      StringBuilder frames = new StringBuilder();
      frames.append(notices.grace(reservation));
      if (!goesOn) {
        frames.append(notices.cut(reservation));
        frames.append(notices.error(reservation, Notices.ErrorShape.OPENAI));
        frames.append(notices.error(reservation, Notices.ErrorShape.ANTHROPIC));
      }
      frames.append(notices.settled(reservation.settleAsUsed()));
      response.getOutputStream().write(frames.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static long number(HttpServletRequest request, String name) {
      return Long.parseLong(request.getParameter(name));
    }
  }

  @Quota(value = "chat", idempotent = true)
  private static final class Keyed extends Asked {
    private static final long serialVersionUID = 1L;

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
      QuotaExchange exchange = QuotaExchange.of(request);
      if (request.getParameter("running") != null && exchange.isRepetition()) {
        exchange.refuseAsRunning();
        return;
      }
      response
          .getOutputStream()
          .print(
              (exchange.isRepetition() ? "again " : "first ")
                  + exchange.idempotencyId().orElse("without a key"));
    }
  }

  @Quota(value = "chat", idempotent = true, keyRequired = true)
  private static final class KeyDemanded extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("away-deny")
  private static final class AwayDeny extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("away-allow")
  private static final class AwayAllow extends Asked {
    private static final long serialVersionUID = 1L;
  }

  @Quota("away-local")
  private static final class AwayLocal extends Asked {
    private static final long serialVersionUID = 1L;
  }

  private static final class Open extends Asked {
    private static final long serialVersionUID = 1L;
  }
}
