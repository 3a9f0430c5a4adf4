package dev.quota.servlet;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.httptests.Asked;
import dev.quota.httptests.HttpApp;
import dev.quota.httptests.HttpStack;
import dev.quota.httptests.RunningStack;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The application of the golden record. */
class GoldenServlets implements HttpStack {

  /** Tomcat 10.1 cannot remove a header, as docs/http.md says. */
  @Override
  public String record(String name) {
    boolean apart = System.getProperty("quota.container.expected", "").contains("Tomcat/10.");
    return apart && name.equals("vanished") ? name + ".tomcat-10" : name;
  }

  @Override
  public RunningStack start(HttpApp app) throws Exception {
    QuotaFilter filter = filter(app);
    Container container = Container.chosen();
    int port =
        container.start(
            (annotated, context) -> {
              (app.hasConversations() ? withConversations() : usual())
                  .forEach((path, servlet) -> register(path, servlet, context));
              context
                  .addFilter("cors", CORS)
                  .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
              QuotaFilter.install(context, filter);
            },
            Map.of());
    return new RunningStack(port, container::stop);
  }

  private static void register(String path, HttpServlet servlet, ServletContext context) {
    ServletRegistration.Dynamic added = context.addServlet("servlet " + path, servlet);
    added.addMapping(path);
  }

  private static QuotaFilter filter(HttpApp app) {
    SubjectResolver addresses = SubjectResolver.principalOrAddress();
    QuotaFilterBuilder filter =
        QuotaFilter.builder(app.quotas())
            .subjects(it -> app.subject(it::getHeader, () -> addresses.resolve(it)))
            .headers(app.headers())
            .conversationSecret(app.conversationSecret());
    app.newConversations().ifPresent(filter::newConversations);
    app.retryAfterCeiling().ifPresentOrElse(filter::retryAfterCeiling, filter::noRetryAfterCeiling);
    return filter.build();
  }

  private static Map<String, HttpServlet> withConversations() {
    return Map.of(
        "/agents", new Agents(),
        "/agents/seven", new SevenUnits(),
        "/chat", new Chat(),
        "/keyed", new Keyed(),
        "/open", new Open());
  }

  private static Map<String, HttpServlet> usual() {
    Map<String, HttpServlet> servlets = new LinkedHashMap<>();
    servlets.put("/chat", new Chat());
    servlets.put("/chat/three", new ThreeChats());
    servlets.put("/ping", new Ping());
    servlets.put("/both", new Both());
    servlets.put("/week", new Week());
    servlets.put("/rolling-day", new RollingDay());
    servlets.put("/image", new Image());
    servlets.put("/sized", new Sized());
    servlets.put("/upload", new Upload());
    servlets.put("/spend", new Spend());
    servlets.put("/team", new Team());
    servlets.put("/smart", new Smart());
    servlets.put("/routed", new Routed());
    servlets.put("/huge", new Huge());
    servlets.put("/tokens", new Tokens());
    servlets.put("/keyed", new Keyed());
    servlets.put("/key-demanded", new KeyDemanded());
    servlets.put("/away/deny", new AwayDeny());
    servlets.put("/away/allow", new AwayAllow());
    servlets.put("/away/local", new AwayLocal());
    servlets.put("/open", new Open());
    return servlets;
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

  /** Does what the request asks for, and answers. */
  private abstract static class AskedServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Asked asked =
          Asked.of(
              name -> Optional.ofNullable(request.getParameter(name)),
              Collections.list(request.getHeaders("X-Set")));
      if (asked.early().isPresent()) {
        response.getOutputStream().print(asked.early().get());
      }
      asked.headers().forEach(it -> response.addHeader(it.name(), it.value()));
      if (asked.refunds()) {
        boolean unused = QuotaExchange.of(request).refund();
      }
      asked.status().ifPresent(response::setStatus);
      if (asked.redirect().isPresent()) {
        response.sendRedirect(asked.redirect().get());
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
  private static final class Chat extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "chat", cost = 3)
  private static final class ThreeChats extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("ping")
  private static final class Ping extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("ping")
  @Quota("chat")
  private static final class Both extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("week")
  private static final class Week extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("rolling-day")
  private static final class RollingDay extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("image")
  private static final class Image extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "image", costFrom = Size.class)
  private static final class Sized extends AskedServlet {
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
  private static final class Upload extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("spend")
  private static final class Spend extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("team-chat")
  private static final class Team extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("smart")
  private static final class Smart extends AskedServlet {
    private static final long serialVersionUID = 1L;

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
      response
          .getOutputStream()
          .print(QuotaExchange.of(request).isDegraded() ? "small model" : "large model");
    }
  }

  @Quota("routed")
  private static final class Routed extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("huge")
  private static final class Huge extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("agents")
  private static class Agents extends AskedServlet {
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
  private static final class Tokens extends AskedServlet {
    private static final long serialVersionUID = 1L;

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
      QuotaExchange exchange = QuotaExchange.of(request);
      Asked.Tokens tokens = Asked.tokens(name -> Optional.ofNullable(request.getParameter(name)));
      Reservation reservation = exchange.reserve("tokens", tokens.reserve());
      if (!reservation.isAllowed()) {
        exchange.refuse(reservation);
        return;
      }
      boolean goesOn = reservation.used(tokens.use());
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
  }

  @Quota(value = "chat", idempotent = true)
  private static final class Keyed extends AskedServlet {
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
          .print(Asked.keyed(exchange.isRepetition(), exchange.idempotencyId()));
    }
  }

  @Quota(value = "chat", idempotent = true, keyRequired = true)
  private static final class KeyDemanded extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("away-deny")
  private static final class AwayDeny extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("away-allow")
  private static final class AwayAllow extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  @Quota("away-local")
  private static final class AwayLocal extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }

  private static final class Open extends AskedServlet {
    private static final long serialVersionUID = 1L;
  }
}
