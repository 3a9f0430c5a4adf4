package dev.quota.spring;

import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.httptests.Asked;
import dev.quota.httptests.HttpApp;
import dev.quota.servlet.Notices;
import dev.quota.servlet.QuotaExchange;
import dev.quota.servlet.SubjectResolver;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Optional;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** The application of the record of all stacks, on Spring MVC. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(RecordedMvcApplication.Everywhere.class)
class RecordedMvcApplication {

  /** With the policies of the other quotas. */
  @Import(Elsewhere.class)
  static class Usual extends RecordedMvcApplication {}

  /** With the policies of conversations. */
  @Import(Agents.class)
  static class WithConversations extends RecordedMvcApplication {}

  @Bean(destroyMethod = "")
  Quotas quotas(HttpApp app) {
    return app.quotas();
  }

  @Bean
  HeaderDialect dialect(HttpApp app) {
    return app.headers();
  }

  @Bean
  SubjectResolver subjects(HttpApp app) {
    SubjectResolver addresses = SubjectResolver.principalOrAddress();
    return it -> app.subject(it::getHeader, () -> addresses.resolve(it));
  }

  @Bean
  QuotaFilterCustomizer settings(HttpApp app) {
    return filter -> {
      filter.conversationSecret(app.conversationSecret());
      app.newConversations().ifPresent(filter::newConversations);
      app.retryAfterCeiling()
          .ifPresentOrElse(filter::retryAfterCeiling, filter::noRetryAfterCeiling);
    };
  }

  @Bean
  FilterRegistrationBean<Filter> otherOrigins() {
    FilterRegistrationBean<Filter> filter =
        new FilterRegistrationBean<>(
            (request, response, chain) -> {
              if (((HttpServletRequest) request).getHeader("Origin") != null) {
                ((HttpServletResponse) response)
                    .setHeader("Access-Control-Allow-Origin", "https://shop.example");
              }
              if (((HttpServletRequest) request).getHeader("X-Cdn") != null) {
                ((HttpServletResponse) response).setHeader("CDN-Cache-Control", "max-age=60");
              }
              chain.doFilter(request, response);
            });
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return filter;
  }

  @Bean
  SecurityFilterChain security(HttpSecurity http) throws Exception {
    return http.csrf(csrf -> csrf.disable())
        .headers(headers -> headers.disable())
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  /** Does what the request asks for, and answers. */
  private static void answer(String text, HttpServletRequest request, HttpServletResponse response)
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
    } else {
      response.getOutputStream().print(text);
    }
  }

  @RestController
  static class Everywhere {

    @RequestMapping(
        path = "/open",
        method = {RequestMethod.GET, RequestMethod.POST})
    void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("chat")
    @RequestMapping(
        path = "/chat",
        method = {RequestMethod.GET, RequestMethod.POST})
    void chat(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota(value = "chat", idempotent = true)
    @RequestMapping(
        path = "/keyed",
        method = {RequestMethod.GET, RequestMethod.POST})
    void keyed(QuotaExchange exchange, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (exchange.isRepetition() && request.getParameter("running") != null) {
        exchange.refuseAsRunning();
      } else {
        answer(Asked.keyed(exchange.isRepetition(), exchange.idempotencyId()), request, response);
      }
    }
  }

  @RestController
  static class Agents {
    @Quota("agents")
    @RequestMapping(
        path = "/agents",
        method = {RequestMethod.GET, RequestMethod.POST})
    void agents(QuotaExchange exchange, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      boolean passesOn = request.getParameter("pass-on") != null;
      answer(passesOn ? exchange.conversationHeader().orElse("none") : "done", request, response);
    }

    @Quota(value = "agents", cost = 7)
    @RequestMapping(
        path = "/agents/seven",
        method = {RequestMethod.GET, RequestMethod.POST})
    void sevenUnits(
        QuotaExchange exchange, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      agents(exchange, request, response);
    }
  }

  @RestController
  static class Elsewhere {
    @Quota("smart")
    @RequestMapping(
        path = "/smart",
        method = {RequestMethod.GET, RequestMethod.POST})
    void smart(QuotaExchange exchange, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      answer(exchange.isDegraded() ? "small model" : "large model", request, response);
    }

    @Quota(value = "tokens", cost = 0)
    @RequestMapping(
        path = "/tokens",
        method = {RequestMethod.GET, RequestMethod.POST})
    void tokens(QuotaExchange exchange, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Asked.Tokens asked = Asked.tokens(name -> Optional.ofNullable(request.getParameter(name)));
      Reservation tokens = exchange.reserve("tokens", asked.reserve());
      if (!tokens.isAllowed()) {
        exchange.refuse(tokens);
        return;
      }
      boolean goesOn = tokens.used(asked.use());
      response.setContentType("text/event-stream;charset=utf-8");
      Notices notices = exchange.notices();
      StringBuilder frames = new StringBuilder(notices.grace(tokens));
      if (!goesOn) {
        frames.append(notices.cut(tokens));
        frames.append(notices.error(tokens, Notices.ErrorShape.OPENAI));
        frames.append(notices.error(tokens, Notices.ErrorShape.ANTHROPIC));
      }
      frames.append(notices.settled(tokens.settleAsUsed()));
      response.getOutputStream().write(frames.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Quota(value = "chat", cost = 3)
    @RequestMapping(
        path = "/chat/three",
        method = {RequestMethod.GET, RequestMethod.POST})
    void threeChats(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("ping")
    @RequestMapping(
        path = "/ping",
        method = {RequestMethod.GET, RequestMethod.POST})
    void ping(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("ping")
    @Quota("chat")
    @RequestMapping(
        path = "/both",
        method = {RequestMethod.GET, RequestMethod.POST})
    void both(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("week")
    @RequestMapping(
        path = "/week",
        method = {RequestMethod.GET, RequestMethod.POST})
    void week(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("rolling-day")
    @RequestMapping(
        path = "/rolling-day",
        method = {RequestMethod.GET, RequestMethod.POST})
    void rollingDay(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("image")
    @RequestMapping(
        path = "/image",
        method = {RequestMethod.GET, RequestMethod.POST})
    void image(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota(value = "image", costFrom = RecordedCost.class)
    @RequestMapping(
        path = "/sized",
        method = {RequestMethod.GET, RequestMethod.POST})
    void sized(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("upload")
    @RequestMapping(
        path = "/upload",
        method = {RequestMethod.GET, RequestMethod.POST})
    void upload(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("spend")
    @RequestMapping(
        path = "/spend",
        method = {RequestMethod.GET, RequestMethod.POST})
    void spend(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("team-chat")
    @RequestMapping(
        path = "/team",
        method = {RequestMethod.GET, RequestMethod.POST})
    void team(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("routed")
    @RequestMapping(
        path = "/routed",
        method = {RequestMethod.GET, RequestMethod.POST})
    void routed(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("huge")
    @RequestMapping(
        path = "/huge",
        method = {RequestMethod.GET, RequestMethod.POST})
    void huge(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota(value = "chat", idempotent = true, keyRequired = true)
    @RequestMapping(
        path = "/key-demanded",
        method = {RequestMethod.GET, RequestMethod.POST})
    void keyDemanded(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("away-deny")
    @RequestMapping(
        path = "/away/deny",
        method = {RequestMethod.GET, RequestMethod.POST})
    void awayDeny(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("away-allow")
    @RequestMapping(
        path = "/away/allow",
        method = {RequestMethod.GET, RequestMethod.POST})
    void awayAllow(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }

    @Quota("away-local")
    @RequestMapping(
        path = "/away/local",
        method = {RequestMethod.GET, RequestMethod.POST})
    void awayLocal(HttpServletRequest request, HttpServletResponse response) throws IOException {
      answer("done", request, response);
    }
  }
}
