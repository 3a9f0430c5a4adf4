package dev.quota.jaxrs;

import dev.quota.Quotas;
import dev.quota.http.QuotaHttp;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import org.jspecify.annotations.Nullable;

/**
 * Charges annotated resource methods before they run, and refuses in words. Register it once in
 * each application. Instances are safe for use by several threads.
 *
 * <pre>{@code
 * Quotas quotas = Quotas.builder().policies(PolicyFile.read(Path.of("quotas.yaml"))).build();
 * new ResourceConfig(ChatResource.class).register(QuotaFeature.of(quotas));
 * }</pre>
 *
 * <p>It runs on Jersey 3.1 and later, and on RESTEasy 6.2 and later.
 */
public final class QuotaFeature implements Feature {

  /** Where the state endpoints are, below the path of the application, unless told otherwise. */
  public static final String DEFAULT_BASE = "/quota";

  private final Quotas quotas;
  private final QuotaHttp http;
  private final SubjectResolver subjects;
  private final AnswerMaker answers;
  private final String base;

  @Context private @Nullable Application application;

  QuotaFeature(QuotaFeatureBuilder builder) {
    quotas = builder.quotas;
    http = builder.http.build();
    subjects = builder.subjects;
    answers = new AnswerMaker(builder.refusals, builder.page);
    base = builder.base;
  }

  /**
   * Returns a feature with the usual settings.
   *
   * @param quotas the engine that decides; the feature does not close it
   * @return the feature
   */
  public static QuotaFeature of(Quotas quotas) {
    return builder(quotas).build();
  }

  /**
   * Starts a feature.
   *
   * @param quotas the engine that decides; the feature does not close it
   * @return a builder, to be used by one thread
   */
  public static QuotaFeatureBuilder builder(Quotas quotas) {
    return new QuotaFeatureBuilder(quotas);
  }

  /**
   * Reads the annotations of all resources that are known by now, and prepares what a request
   * needs.
   *
   * @param context the application, while it starts
   * @return true
   * @throws IllegalStateException if annotations name unknown quotas or contradict each other; it
   *     lists every mistake
   */
  @Override
  public boolean configure(FeatureContext context) {
    RestServer server = RestServer.of(context);
    // By this, others know that the annotations are read.
    context.property(QuotaFeature.class.getName(), true);
    ResourceEndpoints endpoints = new ResourceEndpoints(quotas);
    endpoints.scan(application, context.getConfiguration());
    context.register(new MeteredMethods(endpoints, new Charging(http, subjects, answers, server)));
    // RESTEasy asks the features that it knows by now.
    server.install(context, base);
    http.start();
    return true;
  }

  /**
   * Returns where the web component is under a name that changes with its content, so that browsers
   * may keep it for ever. The same file is at {@code quota.js} beside it.
   *
   * @return a path below that of the application, such as {@code /quota/quota-3f2a9c0b77d1e845.js}
   */
  public String componentPath() {
    return base + http.componentPath();
  }

  /**
   * Returns the caller's state as JSON, the same as {@code GET /state} answers, to be put into a
   * page: it may stand inside {@code <script type="application/json">}. Costs nothing.
   *
   * @param request names the subject and its language
   * @return a JSON document without the character {@code <}
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public String stateJson(ContainerRequestContext request) {
    return http.stateJson(RestFacts.ofFree(request, subjects));
  }
}
