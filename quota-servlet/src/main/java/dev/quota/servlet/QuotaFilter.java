package dev.quota.servlet;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Idempotency;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.HeaderDialect;
import dev.quota.http.internal.conversation.Beginnings;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Opening;
import dev.quota.http.internal.conversation.Openings;
import dev.quota.http.internal.header.RetryAdvice;
import dev.quota.http.internal.json.StateJson;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.http.internal.state.BasePath;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.QuotaStoreException;
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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
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

  private static final System.Logger LOG = System.getLogger(QuotaFilter.class.getName());
  private static final AtomicLong FILTERS = new AtomicLong();

  private final Quotas quotas;
  private final SubjectResolver subjects;
  private final AnnotatedServlets servlets;
  private final EndpointResolver endpoints;
  private final RefusalWriter refusals;
  private final LateAnswers lateAnswers;
  private final ComponentFiles component = new ComponentFiles();
  private final Preparation preparation;
  private final StateServlet stateServlet;
  private final ChargedPass passes;
  private final Conversations conversations;
  private final Openings openings;
  private final String base;

  /** Where a request keeps what this filter charged it. */
  private final String attribute = RequestCharges.class.getName() + "." + FILTERS.incrementAndGet();

  private final KeyedRequests keyedRequests;

  private QuotaFilter(Builder builder) {
    quotas = builder.quotas;
    subjects = builder.subjects;
    servlets = new AnnotatedServlets(quotas);
    endpoints =
        builder
            .endpoints
            .<EndpointResolver>map(
                it ->
                    new DeclaringUse(
                        it,
                        quotas,
                        (request, endpoint) ->
                            RequestCharges.of(request, attribute).meet(endpoint)))
            .orElse(servlets);
    QuotaHeaders headers = new QuotaHeaders(builder.headers);
    StateJson json = new StateJson(builder.messages);
    Languages languages = new Languages(builder.messages);
    ProblemJson problems = new ProblemJson(json);
    BlockPage page = new BlockPage(builder.messages, builder.pageStyle);
    RefusalRenderer renderer =
        builder.refusals.orElseGet(
            () -> new NegotiatedRenderer(problems, builder.page.orElse(page)));
    refusals =
        new RefusalWriter(
            builder.messages,
            languages,
            headers,
            renderer,
            problems,
            new RetryAdvice(builder.retryAfterCeiling),
            request -> RequestCharges.of(request, attribute).errors());
    lateAnswers = new LateAnswers(new Misconfiguration(refusals));
    conversations = new Conversations(builder.conversationSecret, builder.sharedConversations);
    preparation =
        new Preparation(
            servlets,
            new WarmUp(quotas, json, builder.headers, refusals, problems, page),
            () -> conversations.started(quotas.policies()));
    stateServlet =
        new StateServlet(
            preparation, quotas, subjects, builder.messages, languages, json, problems, component);
    openings = new Openings(quotas, new Beginnings(builder.newConversations));
    passes =
        new ChargedPass(
            new ExchangeParts(
                quotas,
                headers,
                refusals,
                json,
                builder.messages,
                languages,
                conversations,
                openings),
            builder.giveBackFailed);
    base = builder.base;
    keyedRequests = new KeyedRequests(builder.idempotencyWindow);
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
    return base + component.versionedPath();
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
    return stateServlet.inlined(request);
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
      RequestCharges charges = RequestCharges.of(httpRequest, attribute);
      charges.enter(httpRequest);
      inside(charges, endpoints, httpRequest, httpResponse, chain);
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
    RequestCharges charges = RequestCharges.of(request, attribute);
    EndpointResolver named = it -> servlets.resolve(servletName, it);
    if (charges.enterByName(request)) {
      inside(charges, named, request, response, chain);
    } else {
      charge(charges, named.resolve(request), request, response, chain);
    }
  }

  /** Passes a dispatch that was entered, and leaves it. */
  private void inside(
      RequestCharges charges,
      EndpointResolver resolver,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    boolean outermost = charges.isOutermost();
    Optional<Exception> answerable = Optional.empty();
    Throwable thrown = null;
    try {
      charge(charges, resolver.resolve(request), request, response, chain);
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
      charges.leave(request, response, thrown);
    }
    if (answerable.isPresent()) {
      // Everything is settled by now, so that whoever has read the answer finds it so.
      lateAnswers.answer(answerable.get(), request, response);
    }
  }

  private void charge(
      RequestCharges charges,
      Endpoint endpoint,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    Endpoint due = charges.due(endpoint);
    if (due.isFree()) {
      passes.goOn(charges, request, response, chain);
    } else if (request.getMethod().equals("OPTIONS")) {
      // Free, and so it must not run what a quota protects.
      answerOptions(request, response);
    } else if (isPrefetch(request)) {
      refusals.prefetch(request, response);
    } else {
      charges.deciding(endpoint);
      decideAsSent(due, request, response, chain);
    }
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

  /** Goes on if the headers that say how to charge are sound. */
  private void decideAsSent(
      Endpoint endpoint,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    RequestCharges charges = RequestCharges.of(request, attribute);
    Subject subject =
        charges
            .subject()
            .orElseGet(() -> Objects.requireNonNull(subjects.resolve(request), "subject"));
    if (!isInConversation(subject, charges, request)) {
      refusals.badRequest("problem.bad_conversation", request, response);
      return;
    }
    KeyedRequest keyed = keyedRequests.enter(subject, endpoint, request);
    if (keyed.isMalformed()) {
      refusals.badRequest("problem.bad_key", request, response);
    } else if (keyed.refusal().isPresent()) {
      refusals.keyed(keyed.refusal().get(), subject, request, response);
    } else {
      decide(subject, endpoint, keyed, request, response, chain);
    }
  }

  /**
   * Finds the conversation that the request names, or begins one where conversations have limits.
   *
   * @return false if the header is malformed or forged
   */
  private boolean isInConversation(
      Subject subject, RequestCharges charges, HttpServletRequest request) {
    if (subject.groups().containsKey(Scope.CONVERSATION) || charges.opening().isPresent()) {
      return true;
    }
    if (isNamed(request)) {
      Optional<Opening> named =
          conversations.read(Collections.list(request.getHeaders(Conversations.FIELD)), subject);
      named.ifPresent(charges::open);
      return named.isPresent();
    }
    if (conversations.isLimited(quotas.policies())) {
      charges.open(new Opening(conversations.begin(), false));
    }
    return true;
  }

  /** Returns whether a request names a conversation, in whatever way. */
  private static boolean isNamed(HttpServletRequest request) {
    return request.getHeader(Conversations.FIELD) != null;
  }

  /** Returns whether a browser loads ahead what nobody asked for yet. */
  private static boolean isPrefetch(HttpServletRequest request) {
    String purpose = request.getHeader("Sec-Purpose");
    return isRead(request) && purpose != null && purpose.contains("prefetch");
  }

  /** Returns whether a request asks for something, which caches store without being told. */
  static boolean isRead(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }

  private void decide(
      Subject subject,
      Endpoint endpoint,
      KeyedRequest keyed,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    RequestCharges inRequest = RequestCharges.of(request, attribute);
    Optional<Opening> waiting = Optional.empty();
    Decision decision;
    boolean begun = false;
    List<Charge> charges = List.of();
    try {
      charges = endpoint.charges(request, quotas.policies());
      Optional<Opening> opening = inRequest.opening();
      waiting = waiting(inRequest, charges, keyed, request);
      if (opening.isPresent() && waiting.isEmpty()) {
        Optional<Decision> tooMany = openings.begin(opening.get(), subject);
        if (tooMany.isPresent()) {
          refuse(tooMany.get(), inRequest, request, response);
          return;
        }
      }
      Subject who =
          opening.isPresent() && waiting.isEmpty() ? opening.get().with(subject) : subject;
      decision =
          keyed.once().isPresent()
              ? quotas.charge(who, charges, keyed.once().get())
              : quotas.charge(who, charges);
      begun = decision instanceof Decision.Allowed allowed && !keyed.isReused(allowed, request);
    } catch (QuotaStoreException e) {
      // An engine that is closed while its application still serves: the policies cannot decide.
      LOG.log(System.Logger.Level.WARNING, "A charge could not be decided; it was refused.", e);
      refusals.unavailable(subject, request, response);
      return;
    } finally {
      if (!begun) {
        keyed.release();
      }
    }
    if (decision instanceof Decision.Allowed allowed && begun) {
      if (waiting.isPresent()) {
        openings.took(waiting.get(), allowed, charges);
      }
      passes.run(charges, allowed, keyed, inRequest, request, response, chain);
    } else if (decision.isAllowed()) {
      refusals.keyed(RefusalKind.KEY_REUSED, subject, request, response);
    } else {
      refuse(decision, inRequest, request, response);
    }
  }

  /** Returns the conversation of a request that is decided without it. */
  private Optional<Opening> waiting(
      RequestCharges inRequest,
      List<Charge> charges,
      KeyedRequest keyed,
      HttpServletRequest request) {
    return isNamed(request)
        ? Optional.empty()
        : inRequest
            .opening()
            .filter(it -> !it.isBegun())
            .filter(it -> openings.mayWait(it, charges, keyed.once().isPresent()));
  }

  private void refuse(
      Decision decision,
      RequestCharges inRequest,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    passes
        .conversationOf(decision, inRequest)
        .ifPresent(it -> response.setHeader(Conversations.FIELD, it));
    refusals.refuse(decision, request, response);
  }

  /** Collects a filter's collaborators. Not thread-safe. */
  public static final class Builder {

    private final Quotas quotas;
    private SubjectResolver subjects = SubjectResolver.principalOrAddress();
    private Optional<EndpointResolver> endpoints = Optional.empty();
    private Optional<RefusalRenderer> refusals = Optional.empty();
    private Optional<RefusalRenderer> page = Optional.empty();
    private String pageStyle = "";
    private HeaderDialect headers = HeaderDialect.draft11();
    private QuotaMessages messages = QuotaMessages.create();
    private String base = DEFAULT_BASE;
    private boolean giveBackFailed = true;
    private Optional<byte[]> conversationSecret = Optional.empty();
    private boolean sharedConversations;
    private LimitPolicy newConversations = Beginnings.limit(Beginnings.DEFAULT_LIMIT);
    private Duration idempotencyWindow = Duration.ofHours(24);
    private Optional<Duration> retryAfterCeiling = Optional.of(RetryAdvice.DEFAULT_CEILING);

    private Builder(Quotas quotas) {
      this.quotas = Objects.requireNonNull(quotas, "quotas");
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
      pageStyle = BlockPage.requireStyle(css);
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
      if (longest.isNegative() || longest.isZero()) {
        throw new IllegalArgumentException("longest must be positive, was " + longest);
      }
      retryAfterCeiling = Optional.of(longest);
      return this;
    }

    /**
     * Lets {@code Retry-After} say every wait, also one of days.
     *
     * @return this builder
     */
    public Builder noRetryAfterCeiling() {
      retryAfterCeiling = Optional.empty();
      return this;
    }

    /**
     * Sets which rate limit headers are written.
     *
     * @param dialect by default {@link HeaderDialect#draft11}
     * @return this builder
     */
    public Builder headers(HeaderDialect dialect) {
      headers = Objects.requireNonNull(dialect, "dialect");
      return this;
    }

    /**
     * Sets the words.
     *
     * @param words by default {@link QuotaMessages#create}
     * @return this builder
     */
    public Builder messages(QuotaMessages words) {
      messages = Objects.requireNonNull(words, "words");
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
      if (secret.length < Conversations.SHORTEST_SECRET) {
        throw new IllegalArgumentException(
            "secret must be at least "
                + Conversations.SHORTEST_SECRET
                + " bytes, was "
                + secret.length);
      }
      conversationSecret = Optional.of(secret.clone());
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
      sharedConversations = shared;
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
      newConversations = Beginnings.limit(limit);
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
      idempotencyWindow = new Idempotency("any", window).window();
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
      requireAlone(refusals.isPresent() && !pageStyle.isEmpty(), "pageStyle", "refusals");
      requireAlone(page.isPresent() && !pageStyle.isEmpty(), "pageStyle", "page");
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
