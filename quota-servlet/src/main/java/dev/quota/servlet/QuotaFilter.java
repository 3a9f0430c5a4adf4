package dev.quota.servlet;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.http.Begun;
import dev.quota.http.Endpoint;
import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.Proceed;
import dev.quota.http.QuotaHttp;
import dev.quota.http.Refuse;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.request.RequestEnd;
import dev.quota.store.QuotaStoreException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Charges annotated endpoints before they run, and refuses in words. Instances are immutable and
 * safe for use by several threads.
 *
 * <pre>{@code
 * Quotas quotas = Quotas.builder().policies(PolicyFile.read(Path.of("quotas.yaml"))).build();
 * QuotaFilter.install(servletContext, QuotaFilter.builder(quotas).build());
 * }</pre>
 *
 * <p>A request is charged each quota once, at the first metered endpoint that it reaches: by
 * itself, or by being forwarded, included, or dispatched. Install it behind filters that
 * authenticate and that handle CORS.
 */
public final class QuotaFilter implements Filter {

  /** Where the state endpoints are unless told otherwise. */
  public static final String DEFAULT_BASE = "/quota";

  private static final AtomicLong FILTERS = new AtomicLong();

  private final SubjectResolver subjects;
  private final AnnotatedServlets servlets;
  private final EndpointResolver endpoints;
  private final QuotaHttp http;
  private final AnswerWriter writer;
  private final LateAnswers lateAnswers;
  private final StateServlet stateServlet;
  private final Preparation preparation;
  private final ChargedPass passes;
  private final String base;

  /** Where a request keeps what this filter charged it. */
  private final String attribute =
      RequestDispatches.class.getName() + "." + FILTERS.incrementAndGet();

  QuotaFilter(QuotaFilterBuilder builder) {
    subjects = builder.subjects;
    servlets =
        new AnnotatedServlets(
            builder.quotas, builder.endpoints.isPresent() || builder.additional.isPresent());
    endpoints = resolver(builder);
    http = builder.http.build();
    writer = new AnswerWriter(builder.refusals, builder.page);
    lateAnswers =
        new LateAnswers(
            new Misconfiguration(
                (request, response) ->
                    writer.write(
                        http.misconfigured(facts(Endpoint.FREE, request, response)),
                        request,
                        response)));
    preparation = new Preparation(servlets, http);
    stateServlet = new StateServlet(preparation, http, subjects);
    passes = new ChargedPass(writer, status -> http.endOf(status) == RequestEnd.FAILED);
    base = builder.base;
  }

  private EndpointResolver resolver(QuotaFilterBuilder builder) {
    if (builder.additional.isPresent()) {
      EndpointResolver first = declaringUse(builder.additional.get(), builder.quotas);
      return request -> {
        Endpoint found = first.resolve(request);
        return found.isFree() ? servlets.resolve(request) : found;
      };
    }
    return builder.endpoints.map(it -> declaringUse(it, builder.quotas)).orElse(servlets);
  }

  private EndpointResolver declaringUse(EndpointResolver resolver, Quotas quotas) {
    return new DeclaringUse(
        resolver,
        quotas,
        (request, endpoint) -> RequestDispatches.of(request, attribute).meet(endpoint));
  }

  /**
   * Starts a filter.
   *
   * @param quotas the engine that decides; the filter does not close it
   * @return a builder, to be used by one thread
   */
  public static QuotaFilterBuilder builder(Quotas quotas) {
    return new QuotaFilterBuilder(quotas);
  }

  /**
   * Registers the filter for all requests, behind the filters that are declared already, and the
   * state endpoints at its base.
   *
   * @param context the application, while it starts
   * @param filter the filter
   * @throws IllegalStateException if the application has a filter or a servlet named {@code quota}
   */
  public static void install(ServletContext context, QuotaFilter filter) {
    FilterRegistration.Dynamic registration = context.addFilter("quota", filter);
    ServletRegistration.Dynamic state = context.addServlet("quota", filter.stateServlet);
    if (registration == null || state == null) {
      throw new IllegalStateException(
          "this application already has a filter or a servlet named quota");
    }
    registration.setAsyncSupported(true);
    // Whichever way leads to a metered endpoint, it leads past the filter.
    registration.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*");
    if (filter.endpoints == filter.servlets) {
      ServletNameFilter.install(context, filter);
    }
    state.setAsyncSupported(true);
    // It checks what the other servlets have started.
    state.setLoadOnStartup(Integer.MAX_VALUE);
    state.addMapping(filter.base + "/*");
  }

  /**
   * Returns the servlet behind the state endpoints, for containers where {@link #install} cannot be
   * used; map it to {@code /quota/*}.
   *
   * @return the servlet
   */
  public HttpServlet stateServlet() {
    return stateServlet;
  }

  /**
   * Returns where the web component is under a name that changes with its content, so that browsers
   * may keep it for ever. The same file is at {@code quota.js} beside it.
   *
   * @return a path below the application's context path, such as {@code
   *     /quota/quota-3f2a9c0b77d1e845.js}
   */
  public String componentPath() {
    return base + http.componentPath();
  }

  /**
   * Returns the caller's state as JSON, the same as {@code GET /state} answers, to be put into a
   * page: it may stand inside {@code <script type="application/json">}, which the web component's
   * {@code apply} reads. Costs nothing. The page is then one person's, and no cache may keep it.
   *
   * @param request names the subject and its language
   * @return a JSON document without the character {@code <}
   * @throws QuotaStoreException if the engine is closed
   */
  public String stateJson(HttpServletRequest request) {
    return http.stateJson(ServletFacts.ofFree(request, null, subjects));
  }

  /**
   * Answers a request within which the application was refused a charge that it asked for itself,
   * in the words and with the status of every refusal.
   *
   * @param refused a decision of the engine that refuses
   * @param request the request
   * @param response not committed
   * @throws IOException if the answer cannot be written
   * @throws IllegalArgumentException if the decision allows
   */
  public void refuse(Decision refused, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Answer answer = http.refusal(refused, facts(Endpoint.FREE, request, response));
    response.resetBuffer();
    writer.put(answer, request, response);
  }

  /**
   * Reads the annotations of all registered servlets and prepares everything a request needs.
   *
   * @param config names the application
   * @throws ServletException if annotations name unknown quotas or contradict each other; it lists
   *     every mistake
   */
  @Override
  public void init(FilterConfig config) throws ServletException {
    preparation.run(config.getServletContext());
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest httpRequest
        && response instanceof HttpServletResponse httpResponse) {
      RequestDispatches dispatches = RequestDispatches.of(httpRequest, attribute);
      dispatches.enter(httpRequest);
      inside(
          dispatches,
          letsPreflightPass(httpRequest) ? it -> Endpoint.FREE : endpoints,
          httpRequest,
          httpResponse,
          chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  /**
   * Returns whether a request asks what handles CORS behind this filter. A servlet that handles
   * every method itself is kept from running by the filter before it; without one it is kept here.
   */
  private boolean letsPreflightPass(HttpServletRequest request) {
    return request.getMethod().equals("OPTIONS")
        && ServletFacts.ofFree(request, null, subjects).isPreflight()
        && (endpoints != servlets || servlets.isMeteredByName(request));
  }

  /** Meters what is reached by the name of its servlet, which has no address. */
  void doFilter(
      String servletName,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    RequestDispatches dispatches = RequestDispatches.of(request, attribute);
    EndpointResolver named = it -> servlets.resolve(servletName, it);
    if (dispatches.enterByName(request)) {
      inside(dispatches, named, request, response, chain);
    } else {
      charge(dispatches, named.resolve(request), request, response, chain);
    }
  }

  /** Passes a dispatch that was entered, and leaves it. */
  private void inside(
      RequestDispatches dispatches,
      EndpointResolver resolver,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    boolean outermost = dispatches.isOutermost();
    Optional<Exception> answerable = Optional.empty();
    Throwable thrown = null;
    try {
      charge(dispatches, resolver.resolve(request), request, response, chain);
    } catch (IOException | ServletException | RuntimeException e) {
      thrown = e;
      if (!outermost || !lateAnswers.canAnswer(e, request, response)) {
        throw e;
      }
      answerable = Optional.of(e);
    } catch (Error e) {
      thrown = e;
      throw e;
    } finally {
      dispatches.leave(request, response, thrown);
    }
    if (answerable.isPresent()) {
      // Everything is settled by now, so that whoever has read the answer finds it so.
      lateAnswers.answer(answerable.get(), request, response);
    }
  }

  private void charge(
      RequestDispatches dispatches,
      Endpoint endpoint,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    Endpoint due = dispatches.due(endpoint);
    if (due.isFree()) {
      passes.goOn(dispatches, request, response, chain);
    } else if (request.getMethod().equals("OPTIONS")) {
      // Free, and so it must not run what a quota protects.
      answerOptions(request, response);
    } else {
      dispatches.deciding(endpoint);
      begin(dispatches, due, request, response, chain);
    }
  }

  /** Lets the request through, or answers in the place of its endpoint. */
  private void begin(
      RequestDispatches dispatches,
      Endpoint due,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    if (dispatches.open() == null) {
      dispatches.charges().startOver();
    }
    ServletFacts facts =
        new ServletFacts(request, response, subjects, due, dispatches.charges().errors());
    Begun begun = http.begin(facts, dispatches.charges());
    if (begun instanceof Refuse refuse) {
      writer.write(refuse.answer(), request, response);
    } else if (begun instanceof Proceed proceed) {
      proceed(proceed, dispatches, request, response, chain);
    }
  }

  private void proceed(
      Proceed proceed,
      RequestDispatches dispatches,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    Exchange exchange = proceed.exchange();
    Optional<ExchangeKey> key = exchange.key();
    if (key.isEmpty() || !exchange.isRepetition()) {
      passes.run(proceed, dispatches, request, response, chain);
      return;
    }
    ReplayedRequest replayed;
    try {
      replayed = ReplayedRequest.of(request);
    } catch (IOException | ServletException | RuntimeException e) {
      key.get().release();
      throw e;
    }
    Optional<Answer> reused = key.get().identify(replayed.fingerprint());
    if (reused.isPresent()) {
      writer.write(reused.get(), request, response);
    } else {
      passes.run(proceed, dispatches, replayed, response, chain);
    }
  }

  private ServletFacts facts(
      Endpoint due, HttpServletRequest request, HttpServletResponse response) {
    ErrorFormat errors = RequestDispatches.of(request, attribute).charges().errors();
    return new ServletFacts(request, response, subjects, due, errors);
  }

  private void answerOptions(HttpServletRequest request, HttpServletResponse response) {
    if (request.getDispatcherType() != DispatcherType.ERROR) {
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      servlets
          .find(request)
          .ifPresent(
              found -> response.setHeader("Allow", String.join(", ", found.handledMethods())));
    }
  }

  /** Returns whether a servlet has to be metered, whichever way leads to it. */
  boolean meterByName(ServletContext context, String servletName) {
    return servlets.meterByName(context, servletName);
  }

  /** Returns whether a request asks for something, which caches store without being told. */
  static boolean isRead(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }
}
