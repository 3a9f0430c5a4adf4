package dev.quota.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.io.File;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.ErrorPage;

/** Tomcat 10.1 and 11: what is used here is the same in both. */
final class TomcatContainer implements Container {

  /** Held, because loggers that nobody holds forget what they were told. */
  private static final Logger LOG = Logger.getLogger("org.apache");

  private final Tomcat tomcat = new Tomcat();

  @Override
  public int start(ServletContainerInitializer startUp, Map<Integer, String> errorPages)
      throws Exception {
    tomcat.setBaseDir(new File("target", "tomcat").getAbsolutePath());
    tomcat.setPort(0);
    Http2Protocol http2 = new Http2Protocol();
    // As docs/http.md asks for: else a reset at a bad moment spoils the request of the next one.
    http2.setDiscardRequestsAndResponses(true);
    tomcat.getConnector().addUpgradeProtocol(http2);
    Context context = tomcat.addContext("", null);
    errorPages.forEach(
        (status, path) -> {
          ErrorPage page = new ErrorPage();
          page.setErrorCode(status);
          page.setLocation(path);
          context.addErrorPage(page);
        });
    context.addServletContainerInitializer(startUp, Set.of());
    startLoudly(context);
    return tomcat.getConnector().getLocalPort();
  }

  /** Throws what Tomcat only logs: that the application does not start, and why. */
  private void startLoudly(Context context) throws Exception {
    LastThrown thrown = new LastThrown();
    LOG.setUseParentHandlers(false);
    LOG.addHandler(thrown);
    try {
      tomcat.start();
    } finally {
      LOG.removeHandler(thrown);
    }
    if (context.getState() != LifecycleState.STARTED) {
      stop();
      throw thrown.last.get() instanceof Exception reason
          ? reason
          : new IllegalStateException("Tomcat does not start the application", thrown.last.get());
    }
  }

  @Override
  public void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
  }

  private static final class LastThrown extends Handler {

    private final AtomicReference<Throwable> last = new AtomicReference<>();

    @Override
    public void publish(LogRecord entry) {
      if (entry.getThrown() != null) {
        last.set(entry.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
