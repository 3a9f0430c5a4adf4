package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** An annotation that nobody reads keeps the application from starting. */
final class MisplacedQuotasTest {

  @Quota("chat")
  private interface Metered {}

  private interface MoreMetered extends Metered {}

  private static final class ByInterface extends TestServlets.Answering implements MoreMetered {
    private static final long serialVersionUID = 1L;
  }

  @Quota("chat")
  private static final class MeteredFilter implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      chain.doFilter(request, response);
    }
  }

  @Test
  void onAnInterface() {
    assertThatThrownBy(
            () -> TestApp.with(TestServlets.policies()).servlet("/a", new ByInterface()).start())
        .hasStackTraceContaining("@Quota on the interface")
        .hasStackTraceContaining("Metered is never read; annotate the servlet class");
  }

  @Test
  void onAFilter() {
    assertThatThrownBy(
            () -> TestApp.with(TestServlets.policies()).filter("/a", new MeteredFilter()).start())
        .hasStackTraceContaining("@Quota on the filter");
  }
}
