package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.servlet.QuotaFilter;
import dev.quota.servlet.SubjectResolver;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;

/**
 * Measures what metering adds to a request of MockMvc, and what the filter adds to a request of a
 * Jetty without Spring. It prints the medians of rounds by turns, and compares them with nothing,
 * because they depend on the machine.
 */
@Tag("timing")
class MockMvcTimeTest {

  private static final int ROUNDS = 31;
  private static final int REQUESTS = 1_000;
  private static final Policies POLICIES =
      Policies.builder()
          .quota(QuotaPolicy.builder("chat").limit("daily", "1000000000 per calendar day").build())
          .build();

  /** Without meters, because the filter beside it has none. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(
      excludeName = {
        "dev.quota.spring.actuate.QuotaMetricsAutoConfiguration",
        "dev.quota.spring.actuate.QuotaObservationAutoConfiguration"
      })
  @Import(Application.Chat.class)
  static class Application {
    @Bean
    Policies policies() {
      return POLICIES;
    }

    @Bean
    SubjectResolver alice() {
      return request -> Subject.user("alice");
    }

    @RestController
    static class Chat {
      @Quota("chat")
      @GetMapping("/metered")
      String metered() {
        return "answer";
      }

      @GetMapping("/free")
      String free() {
        return "answer";
      }
    }
  }

  /** Jetty without a network. */
  private static final class BareJetty {

    @Quota("chat")
    static final class Metered extends HttpServlet {
      private static final long serialVersionUID = 1L;

      @Override
      protected void doGet(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        response.getWriter().print("answer");
      }
    }

    private final Quotas quotas = Quotas.builder().policies(POLICIES).build();
    private final Server server = new Server();
    private final LocalConnector connector = new LocalConnector(server);

    BareJetty(boolean metered) throws Exception {
      ServletContextHandler context = new ServletContextHandler("/");
      context.addServlet(new ServletHolder(new Metered()), "/metered");
      if (metered) {
        QuotaFilter filter =
            QuotaFilter.builder(quotas).subjects(request -> Subject.user("alice")).build();
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
      }
      server.addConnector(connector);
      server.setHandler(context);
      server.start();
    }

    void get() throws Exception {
      String answer = connector.getResponse("GET /metered HTTP/1.1\r\nHost: test\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 200");
    }

    void stop() throws Exception {
      server.stop();
      quotas.close();
    }
  }

  @FunctionalInterface
  private interface Request {
    void send() throws Exception;
  }

  @Test
  void tellsWhatMeteringAdds() throws Exception {
    BareJetty with = new BareJetty(true);
    BareJetty without = new BareJetty(false);
    try (RunningApp app = RunningApp.start(Application.class)) {
      WebApplicationContext context = (WebApplicationContext) app.context;
      MockMvc metered =
          MockMvcBuilders.webAppContextSetup(context)
              .addFilters(app.context.getBean(QuotaFilter.class))
              .build();
      MockMvc free = MockMvcBuilders.webAppContextSetup(context).build();
      List<Request> requests =
          List.of(
              () -> get(metered, "/metered"), () -> get(free, "/free"), with::get, without::get);
      double[] micros = measure(requests);
      System.out.printf(
          Locale.ROOT,
          "MockMvc: %.1f us metered, %.1f us free, metering adds %.1f us. Jetty: %.1f us with the"
              + " filter, %.1f us without, the filter adds %.1f us.%n",
          micros[0],
          micros[1],
          micros[0] - micros[1],
          micros[2],
          micros[3],
          micros[2] - micros[3]);
    } finally {
      with.stop();
      without.stop();
    }
  }

  private static double[] measure(List<Request> requests) throws Exception {
    List<List<Double>> rounds = new ArrayList<>();
    requests.forEach(it -> rounds.add(new ArrayList<>()));
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < requests.size(); i++) {
        long start = System.nanoTime();
        for (int n = 0; n < REQUESTS; n++) {
          requests.get(i).send();
        }
        rounds.get(i).add((System.nanoTime() - start) / 1_000.0 / REQUESTS);
      }
    }
    // The first rounds warm the code up.
    return rounds.stream()
        .mapToDouble(it -> it.stream().skip(ROUNDS / 3).sorted().toList().get(ROUNDS / 3))
        .toArray();
  }

  private static void get(MockMvc mvc, String path) throws Exception {
    int status =
        mvc.perform(context -> request(context, path)).andReturn().getResponse().getStatus();
    assertThat(status).isEqualTo(200);
  }

  /** Made by hand: the methods of the builder differ between Spring 6 and 7. */
  private static MockHttpServletRequest request(ServletContext context, String path) {
    return new MockHttpServletRequest(context, "GET", path);
  }
}
