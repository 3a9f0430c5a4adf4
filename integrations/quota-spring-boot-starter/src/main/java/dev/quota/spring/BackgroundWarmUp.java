package dev.quota.spring;

import dev.quota.Quotas;
import dev.quota.http.QuotaHttp;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.PolicyFile;
import dev.quota.servlet.QuotaFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.NativeDetector;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/**
 * Loads the classes of the engine on another thread, while Spring Boot prepares the context. So the
 * start of an application waits less for them. An engine of its own is used, so no count changes.
 * It can be switched off with the same system property as Spring Boot's own, {@code
 * spring.backgroundpreinitializer.ignore}.
 */
final class BackgroundWarmUp
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

  private static final System.Logger LOG = System.getLogger(BackgroundWarmUp.class.getName());

  private static final String IGNORE = "spring.backgroundpreinitializer.ignore";

  private static final String POLICIES =
      "{version: 1, quotas: {warm-up: {limits: {minute: 1 per minute, day: 9 per calendar day}}}}";

  /** True after the first start: classes are loaded once in a process. */
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  @Override
  public int getOrder() {
    // After the listener that configures the log.
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    if (!Boolean.getBoolean(IGNORE)
        && !NativeDetector.inNativeImage()
        && Runtime.getRuntime().availableProcessors() > 1
        && STARTED.compareAndSet(false, true)) {
      Thread thread = new Thread(BackgroundWarmUp::run, "quota-warm-up");
      thread.setDaemon(true);
      thread.start();
    }
  }

  static void run() {
    try (Quotas quotas = engine()) {
      QuotaMessages messages = QuotaMessages.create();
      QuotaHttp.builder(quotas).messages(messages).build().start();
      if (ClassUtils.isPresent("jakarta.servlet.Filter", null)) {
        ServletParts.load(quotas, messages);
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.log(System.Logger.Level.DEBUG, "The start goes on without the warm-up.", e);
    }
  }

  private static Quotas engine() throws IOException {
    ByteArrayInputStream yaml = new ByteArrayInputStream(POLICIES.getBytes(StandardCharsets.UTF_8));
    return Quotas.builder().policies(PolicyFile.read("warm-up", yaml)).build();
  }

  /** A separate class, so that WebFlux works without the servlet API. */
  private static final class ServletParts {
    static void load(Quotas quotas, QuotaMessages messages) {
      QuotaFilter unused = QuotaFilter.builder(quotas).messages(messages).build();
    }
  }
}
