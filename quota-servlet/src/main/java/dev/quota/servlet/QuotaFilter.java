package dev.quota.servlet;

import dev.quota.QuotaStoreException;
import dev.quota.Quotas;
import dev.quota.http.Answer;
import dev.quota.http.Begun;
import dev.quota.http.ErrorFormat;
import dev.quota.http.Exchange;
import dev.quota.http.HeaderDialect;
import dev.quota.http.Proceed;
import dev.quota.http.QuotaHttp;
import dev.quota.http.QuotaHttpBuilder;
import dev.quota.http.internal.state.BasePath;
import dev.quota.message.QuotaMessages;
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
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
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

  private QuotaFilter(Builder builder) {
    subjects = builder.subjects;
    servlets = new AnnotatedServlets(builder.quotas);
    endpoints =
        builder
            .endpoints
            .<EndpointResolver>map(
                it ->
                    new DeclaringUse(
                        it,
                        builder.quotas,
                        (request, endpoint) ->
                            RequestDispatches.of(request, attribute).meet(endpoint)))
            .orElse(servlets);
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
    passes = new ChargedPass(writer);
    base = builder.base;
  }

  /**
   * Starts a filter.
   *
   * @param quotas the engine that decides; the filter does not close it
   * @return a builder, to be used by one thread
   */
  public static Builder builder(Quotas quotas) {
    return new Builder(quotas);
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
    state.setLoadOnStartup(1);
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
      inside(dispatches, endpoints, httpRequest, httpResponse, chain);
    } else {
      chain.doFilter(request, response);
    }
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
    if (dispatches.open().isEmpty()) {
      dispatches.charges().startOver();
    }
    Begun begun = http.begin(facts(due, request, response), dispatches.charges());
    if (begun instanceof Answer answer) {
      writer.write(answer, request, response);
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
    if (!exchange.needsFingerprint() || !exchange.isRepetition()) {
      passes.run(proceed, dispatches, request, response, chain);
      return;
    }
    ReplayedRequest replayed;
    try {
      replayed = ReplayedRequest.of(request);
    } catch (IOException | ServletException | RuntimeException e) {
      exchange.releaseKey();
      throw e;
    }
    Optional<Answer> reused = exchange.identify(replayed.fingerprint());
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

  /** Collects a filter's collaborators. Not thread-safe. */
  public static final class Builder {

    private final Quotas quotas;
    private SubjectResolver subjects = SubjectResolver.principalOrAddress();
    private Optional<EndpointResolver> endpoints = Optional.empty();
    private Optional<RefusalRenderer> refusals = Optional.empty();
    private Optional<RefusalRenderer> page = Optional.empty();
    private final QuotaHttpBuilder http;
    private boolean styled;
    private boolean giveBackFailed = true;
    private String base = DEFAULT_BASE;

    private Builder(Quotas quotas) {
      this.quotas = Objects.requireNonNull(quotas, "quotas");
      http = QuotaHttp.builder(quotas);
    }

    /**
     * Sets who is charged for a request.
     *
     * @param resolver by default {@link SubjectResolver#principalOrAddress}
     * @return this builder
     */
    public Builder subjects(SubjectResolver resolver) {
      subjects = Objects.requireNonNull(resolver, "resolver");
      return this;
    }

    /**
     * Sets what a request costs.
     *
     * @param resolver by default the annotations of the matched servlet
     * @return this builder
     */
    public Builder endpoints(EndpointResolver resolver) {
      endpoints = Optional.of(resolver);
      return this;
    }

    /**
     * Sets the page for a person who navigates. Everything else still gets a problem document.
     *
     * @param renderer writes the page; status and headers are set already
     * @return this builder
     */
    public Builder page(RefusalRenderer renderer) {
      page = Optional.of(renderer);
      return this;
    }

    /**
     * Sets style rules of the application for our page, such as {@code ":root { --quota-accent:
     * #0a7d33 }"}. They stand after ours, so that they win. Nothing can be loaded from them: the
     * page's security policy forbids it.
     *
     * @param css the rules
     * @return this builder
     * @throws IllegalArgumentException if they contain {@code </style}
     */
    public Builder pageStyle(String css) {
      http.pageStyle(css);
      styled = !css.isEmpty();
      return this;
    }

    /**
     * Sets how refusals look, problem documents and pages alike.
     *
     * @param renderer by default a problem document, or a page for a person who navigates
     * @return this builder
     */
    public Builder refusals(RefusalRenderer renderer) {
      refusals = Optional.of(renderer);
      return this;
    }

    /**
     * Sets the longest wait that {@code Retry-After} says. Many clients sleep as long as the header
     * says, for hours too, while a person waits. For a longer wait there is no header, and such
     * clients report the refusal at once. {@code retryAfterSeconds} in the body says every wait.
     *
     * @param longest a positive time, by default a minute
     * @return this builder
     * @throws IllegalArgumentException if the time is not positive
     */
    public Builder retryAfterCeiling(Duration longest) {
      http.retryAfterCeiling(longest);
      return this;
    }

    /**
     * Lets {@code Retry-After} say every wait, also one of days.
     *
     * @return this builder
     */
    public Builder noRetryAfterCeiling() {
      http.noRetryAfterCeiling();
      return this;
    }

    /**
     * Sets which rate limit headers are written.
     *
     * @param dialect by default {@link HeaderDialect#draft11}
     * @return this builder
     */
    public Builder headers(HeaderDialect dialect) {
      http.headers(dialect);
      return this;
    }

    /**
     * Sets the words.
     *
     * @param words by default {@link QuotaMessages#create}
     * @return this builder
     */
    public Builder messages(QuotaMessages words) {
      http.messages(words);
      return this;
    }

    /**
     * Sets where the state endpoints are.
     *
     * @param path starts with a slash and does not end with one; by default {@link #DEFAULT_BASE}
     * @return this builder
     * @throws IllegalArgumentException if the path is malformed
     */
    public Builder base(String path) {
      base = BasePath.require(path);
      return this;
    }

    /**
     * Sets whether a request that fails before it delivered anything gives its charge back.
     *
     * @param giveBack by default true
     * @return this builder
     */
    public Builder giveBackFailed(boolean giveBack) {
      giveBackFailed = giveBack;
      http.giveBackFailed(giveBack);
      return this;
    }

    /**
     * Sets the secret that signs the {@code Quota-Conversation} header, so that nobody outside can
     * name a conversation. All services that pass conversations on to each other must have the
     * same.
     *
     * @param secret at least 16 bytes, copied; by default a random one of this process, so that no
     *     other node and no later start takes what this one signed
     * @return this builder
     * @throws IllegalArgumentException if the secret is shorter
     */
    public Builder conversationSecret(byte[] secret) {
      http.conversationSecret(secret);
      return this;
    }

    /**
     * Sets whether several subjects take part in one conversation, such as agents that each have an
     * account of their own. All services that pass conversations on to each other must have the
     * same.
     *
     * @param shared by default false: a conversation is its beginner's, and a header that somebody
     *     else sends is refused with 400
     * @return this builder
     */
    public Builder sharedConversations(boolean shared) {
      http.sharedConversations(shared);
      return this;
    }

    /**
     * Sets how many conversations of one subject each node begins to count, where policies limit
     * conversations. One is counted when its {@code Quota-Conversation} header comes back, and at
     * once where the first request reserves on it.
     *
     * @param limit a limit in words; by default {@code "10000 per 24 hours"}
     * @return this builder
     * @throws IllegalArgumentException if it is not a number over a time
     */
    public Builder newConversations(String limit) {
      http.newConversations(limit);
      return this;
    }

    /**
     * Sets for how long the {@code Idempotency-Key} of a request to an endpoint that is {@link
     * dev.quota.Quota#idempotent} is remembered.
     *
     * @param window from 1 minute to 366 days; by default 24 hours
     * @return this builder
     * @throws IllegalArgumentException if the window is out of range
     */
    public Builder idempotencyWindow(Duration window) {
      http.idempotencyWindow(window);
      return this;
    }

    /**
     * Returns the filter.
     *
     * @return the filter
     * @throws IllegalArgumentException if one of the settings replaces another, or the store of the
     *     engine cannot refund and {@link #giveBackFailed} is not false
     */
    public QuotaFilter build() {
      StoreNeeds.requireRefunds(quotas, giveBackFailed);
      requireAlone(refusals.isPresent() && page.isPresent(), "page", "refusals");
      requireAlone(refusals.isPresent() && styled, "pageStyle", "refusals");
      requireAlone(page.isPresent() && styled, "pageStyle", "page");
      return new QuotaFilter(this);
    }

    private static void requireAlone(boolean both, String lost, String winner) {
      if (both) {
        throw new IllegalArgumentException(
            lost + " must not be set together with " + winner + ", which replaces it");
      }
    }
  }
}
