package dev.quota.servlet.browser;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Lends the one browser of this JVM to one test after the other. */
final class BrowserExtension
    implements ExecutionCondition,
        ParameterResolver,
        BeforeEachCallback,
        AfterTestExecutionCallback {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(BrowserExtension.class);
  private static final AtomicBoolean SAID = new AtomicBoolean();

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = Chromium.ofThisMachine().missing();
    if (missing.isEmpty() || Chromium.isAskedFor()) {
      return ConditionEvaluationResult.enabled("there is a browser, or one was asked for");
    }
    if (SAID.compareAndSet(false, true)) {
      System.err.println("[WARNING] Tests in a browser are skipped: " + missing.get());
    }
    return ConditionEvaluationResult.disabled(missing.get());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Browser.class;
  }

  @Override
  public Browser resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return browser(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    browser(context).begin();
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    Browser browser = browser(context);
    Optional<Throwable> failure = context.getExecutionException();
    List<String> errors = browser.errors();
    if (failure.isEmpty() && errors.isEmpty()) {
      return;
    }
    String name = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
    AssertionError report =
        new AssertionError(
            "Picture: " + browser.screenshot(name) + ", errors in the page: " + errors);
    if (failure.isPresent()) {
      failure.get().addSuppressed(report);
    } else {
      throw report;
    }
  }

  private static Browser browser(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Browser.class, type -> start(), Browser.class);
  }

  private static Browser start() {
    Chromium chromium = Chromium.ofThisMachine();
    chromium
        .missing()
        .ifPresent(
            missing -> {
              throw new IllegalStateException(missing);
            });
    return new Browser(chromium.start());
  }
}
