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
 * Charges annotated resource methods before they run, and answers refusals. Register it once in
 * each application. Thread-safe.
 *
 * <pre>{@code
 * Quotas quotas = Quotas.builder().policies(PolicyFile.read(Path.of("quotas.yaml"))).build();
 * new ResourceConfig(ChatResource.class).register(QuotaFeature.of(quotas));
 * }</pre>
 *
 * <p>It runs on Jersey 3.1 and later, and on RESTEasy 6.2 and later.
 */
public final class QuotaFeature implements Feature {

  /** The default path of the state endpoints, below the path of the application. */
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
   * Returns a feature with the default settings.
   *
   * @param quotas the engine, which the feature does not close
   * @return the feature
   */
  public static QuotaFeature of(Quotas quotas) {
    return builder(quotas).build();
  }

  /**
   * Starts to configure a feature.
   *
   * @param quotas the engine, which the feature does not close
   * @return a builder, to be used by one thread
   */
  public static QuotaFeatureBuilder builder(Quotas quotas) {
    return new QuotaFeatureBuilder(quotas);
  }

  /**
   * Reads the annotations of all resources that are known now, and prepares everything for
   * requests.
   *
   * @param context the context of the application
   * @return true
   * @throws IllegalStateException if annotations use unknown quotas or contradict each other; the
   *     message has every mistake
   */
  @Override
  public boolean configure(FeatureContext context) {
    RestServer server = RestServer.of(context);
    // Tells other modules that the annotations are read.
    context.property(QuotaFeature.class.getName(), true);
    ResourceEndpoints endpoints = new ResourceEndpoints(quotas);
    endpoints.scan(application, context.getConfiguration());
    context.register(new MeteredMethods(endpoints, new Charging(http, subjects, answers, server)));
    // RESTEasy only calls features that are registered before this point.
    server.install(context, base);
    http.start();
    return true;
  }

  /**
   * Returns the versioned path of the web component, which changes with its content, so that
   * browsers can cache it for ever. The same file is also at {@code quota.js}.
   *
   * @return a path below that of the application, such as {@code /quota/quota-3f2a9c0b77d1e845.js}
   */
  public String componentPath() {
    return base + http.componentPath();
  }

  /**
   * Returns the caller's state as JSON for a page. It is the document of {@code GET /state}. Put it
   * into {@code <script type="application/json">}. It charges nothing.
   *
   * @param request the request, with the subject and its language
   * @return a JSON document without the character {@code <}
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public String stateJson(ContainerRequestContext request) {
    return http.stateJson(RestFacts.ofFree(request, subjects));
  }
}
