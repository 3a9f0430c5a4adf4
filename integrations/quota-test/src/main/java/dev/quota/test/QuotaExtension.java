package dev.quota.test;

import dev.quota.Quotas;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.store.ManualClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Fills in the parameters of test methods: {@link TestQuotas}, {@link Quotas} and {@link
 * ManualClock}. {@link QuotaTest} registers it; register it by hand for policies that are made in
 * code. The engine is made when a method first asks for it, and closed after that method.
 * Thread-safe, so that tests may run at the same time.
 *
 * <pre>{@code
 * @RegisterExtension QuotaExtension quotas = QuotaExtension.of(policies);
 * }</pre>
 */
public final class QuotaExtension implements ParameterResolver, AfterEachCallback {

  private static final Namespace NAMESPACE = Namespace.create(QuotaExtension.class);
  private static final String CLASS_PATH = "classpath:";

  private static final Set<Class<?>> PARAMETERS =
      Set.of(TestQuotas.class, Quotas.class, ManualClock.class);

  private final Optional<Policies> policies;

  /** Creates the extension that reads {@link QuotaTest}. */
  public QuotaExtension() {
    this(Optional.empty());
  }

  private QuotaExtension(Optional<Policies> policies) {
    this.policies = policies;
  }

  /**
   * Returns an extension for policies that are made in code.
   *
   * @param policies the policies of each engine; they take precedence over {@link QuotaTest}
   * @return the extension, to be registered in a field
   */
  public static QuotaExtension of(Policies policies) {
    return new QuotaExtension(Optional.of(policies));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    // Only for methods. A constructor or a method for the whole class has no test method, and its
    // engine would be shared.
    return context.getTestMethod().isPresent()
        && PARAMETERS.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestQuotas test =
        context
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(TestQuotas.class, key -> start(context), TestQuotas.class);
    Class<?> type = parameter.getParameter().getType();
    if (type == Quotas.class) {
      return test.quotas();
    }
    return type == ManualClock.class ? test.clock() : test;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestQuotas test = context.getStore(NAMESPACE).remove(TestQuotas.class, TestQuotas.class);
    if (test != null) {
      test.close();
    }
  }

  private TestQuotas start(ExtensionContext context) {
    Optional<QuotaTest> annotation = annotation(context);
    Instant start =
        annotation.map(QuotaExtension::start).orElse(Instant.parse(TestQuotas.STARTS_AT));
    return TestQuotas.of(policies.orElseGet(() -> read(annotation, context)), start);
  }

  private static Optional<QuotaTest> annotation(ExtensionContext context) {
    Optional<ExtensionContext> around = Optional.of(context);
    while (around.isPresent()) {
      Optional<QuotaTest> found =
          around
              .get()
              .getTestClass()
              .flatMap(type -> AnnotationSupport.findAnnotation(type, QuotaTest.class));
      if (found.isPresent()) {
        return found;
      }
      around = around.get().getParent();
    }
    return Optional.empty();
  }

  private static Instant start(QuotaTest annotation) {
    try {
      return Instant.parse(annotation.startsAt());
    } catch (DateTimeException e) {
      throw new ExtensionConfigurationException(
          "startsAt of @QuotaTest must be a moment such as "
              + TestQuotas.STARTS_AT
              + ", was \""
              + annotation.startsAt()
              + "\"",
          e);
    }
  }

  private static Policies read(Optional<QuotaTest> annotation, ExtensionContext context) {
    if (annotation.isEmpty()) {
      throw new ExtensionConfigurationException(
          "There are no policies: annotate "
              + context.getRequiredTestClass().getName()
              + " with @QuotaTest, or register QuotaExtension.of(policies)");
    }
    String text = annotation.get().policies();
    if (!text.isBlank()) {
      return PolicyFile.read("policies of @QuotaTest", new StringReader(text));
    }
    String file = annotation.get().value();
    return file.startsWith(CLASS_PATH)
        ? resource(file.substring(CLASS_PATH.length()), context)
        : PolicyFile.read(Path.of(file));
  }

  private static Policies resource(String name, ExtensionContext context) {
    String path = name.startsWith("/") ? name.substring(1) : name;
    ClassLoader loader = context.getRequiredTestClass().getClassLoader();
    try (InputStream bytes = loader.getResourceAsStream(path)) {
      if (bytes == null) {
        throw new ExtensionConfigurationException(
            "There is no resource "
                + path
                + " on the class path: name the policy file in @QuotaTest, or give policies");
      }
      return PolicyFile.read(CLASS_PATH + path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
