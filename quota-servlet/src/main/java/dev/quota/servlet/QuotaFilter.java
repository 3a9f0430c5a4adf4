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
 * Charges annotated endpoints before they run, and answers refusals. Immutable and thread-safe.
 *
 * <pre>{@code
 * Quotas quotas = Quotas.builder().policies(PolicyFile.read(Path.of("quotas.yaml"))).build();
 * QuotaFilter.install(servletContext, QuotaFilter.builder(quotas).build());
 * }</pre>
 *
 * <p>A request is charged each quota once, at the first charged endpoint that it reaches: directly,
 * or by a forward, an include or a dispatch. Install the filter after filters that authenticate and
 * that handle CORS.
 */
public final class QuotaFilter implements Filter {

  /** The default base path of the state endpoints. */
  public static final String DEFAULT_BASE = "/quota";

  private static final AtomicLong FILTERS = new AtomicLong();

  private final SubjectResolver subjects;
  private final AnnotatedServlets servlets;
  private final EndpointResolver endpoints;
  private final QuotaHttp http;
  private final AnswerWriter writer;
  private final FailureAnswers failureAnswers;
  private final StateServlet stateServlet;
  private final Preparation preparation;
  private final ChargedChain passes;
  private final String base;

  /** The request attribute with the charges of this filter. */
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
    failureAnswers =
        new FailureAnswers(
            new Misconfiguration(
                (request, response) ->
                    writer.write(
                        http.misconfigured(facts(Endpoint.FREE, request, response)),
                        request,
                        response)));
    preparation = new Preparation(servlets, http);
    stateServlet = new StateServlet(preparation, http, subjects);
    passes = new ChargedChain(writer, status -> http.endOf(status) == RequestEnd.FAILED);
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
    return new DeclaringEndpointResolver(
        resolver,
        quotas,
        (request, endpoint) -> RequestDispatches.of(request, attribute).meet(endpoint));
  }

  /**
   * Starts to configure a filter.
   *
   * @param quotas the engine, which the filter does not close
   * @return a builder, to be used by one thread
   */
  public static QuotaFilterBuilder builder(Quotas quotas) {
    return new QuotaFilterBuilder(quotas);
  }

  /**
   * Registers the filter for all requests, after the filters that are declared already, and the
   * state endpoints at its base path.
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
    // Every kind of dispatch to a charged endpoint must pass the filter.
    registration.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*");
    if (filter.endpoints == filter.servlets) {
      ServletNameFilter.install(context, filter);
    }
    state.setAsyncSupported(true);
    // The last one, because it checks what the other servlets have started.
    state.setLoadOnStartup(Integer.MAX_VALUE);
    state.addMapping(filter.base + "/*");
  }

  /**
   * Returns the servlet of the state endpoints, for containers where {@link #install} cannot be
   * used. Map it to {@code /quota/*}.
   *
   * @return the servlet
   */
  public HttpServlet stateServlet() {
    return stateServlet;
  }

  /**
   * Returns the versioned path of the web component, which changes with its content, so that
   * browsers can cache it for ever. The same file is also at {@code quota.js}.
   *
   * @return a path below the application's context path, such as {@code
   *     /quota/quota-3f2a9c0b77d1e845.js}
   */
  public String componentPath() {
    return base + http.componentPath();
  }

  /**
   * Returns the caller's state as JSON for a page. It is the document of {@code GET /state}. Put it
   * into {@code <script type="application/json">} and pass it to the web component's {@code apply}.
   * It charges nothing. The page is then personal, so no cache may store it.
   *
   * @param request the request, with the subject and its language
   * @return a JSON document without the character {@code <}
   * @throws QuotaStoreException if the engine is closed
   */
  public String stateJson(HttpServletRequest request) {
    return http.stateJson(ServletFacts.ofFree(request, null, subjects));
  }

  /**
   * Answers a request in which the application itself made a charge that was refused, in the same
   * form as every refusal.
   *
   * @param refused a decision of the engine that refuses
   * @param request the request
   * @param response the response, not committed
   * @throws IOException if the answer cannot be written
   * @throws IllegalArgumentException if the decision is no refusal
   */
  public void refuse(Decision refused, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Answer answer = http.refusal(refused, facts(Endpoint.FREE, request, response));
    response.resetBuffer();
    writer.put(answer, request, response);
  }

  /**
   * Reads the annotations of all registered servlets and prepares everything for requests.
   *
   * @param config the configuration, with the application's context
   * @throws ServletException if annotations use unknown quotas or contradict each other; the
   *     message has every mistake
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
   * Returns whether a CORS preflight passes to the code behind this filter. A servlet that handles
   * all methods itself must not run for it. Its filter by name stops that; without such a filter
   * this one does.
   */
  private boolean letsPreflightPass(HttpServletRequest request) {
    return request.getMethod().equals("OPTIONS")
        && ServletFacts.ofFree(request, null, subjects).isPreflight()
        && (endpoints != servlets || servlets.isMeteredByName(request));
  }

  /** Charges a dispatch by the name of a servlet, which has no path. */
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

  /** Runs a dispatch that was entered, and leaves it. */
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
      if (!outermost || !failureAnswers.canAnswer(e, request, response)) {
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
      // Written after everything is settled, so that it is settled when a client has read the
      // answer.
      failureAnswers.answer(answerable.get(), request, response);
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
      // OPTIONS is free, so it must not run code that a quota protects.
      answerOptions(request, response);
    } else {
      dispatches.deciding(endpoint);
      begin(dispatches, due, request, response, chain);
    }
  }

  /** Runs the endpoint, or writes an answer instead. */
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

  /** Returns whether a servlet must also be charged when it is dispatched by its name. */
  boolean meterByName(ServletContext context, String servletName) {
    return servlets.meterByName(context, servletName);
  }

  /**
   * Returns whether a request only reads. Caches may store the answers of such requests by default.
   */
  static boolean isRead(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }
}
