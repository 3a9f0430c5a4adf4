package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ContainerTest {

  @Test
  void theTestsRunOnTheContainerThatTheBuildNames() throws Exception {
    // The build expects a version; without it, as in an IDE, the container itself will do.
    String expected =
        System.getProperty(
            "quota.container.expected", System.getProperty(Container.PROPERTY, "jetty"));
    try (TestApp app = TestApp.with(TestServlets.policies()).servlet("/info", new Info()).start()) {
      assertThat(app.get("/info").body()).containsIgnoringCase(expected);
    }
  }

  /** Says who serves. */
  private static final class Info extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      ServletContext context = request.getServletContext();
      response
          .getWriter()
          .print(
              context.getServerInfo()
                  + ", Servlet "
                  + context.getMajorVersion()
                  + "."
                  + context.getMinorVersion());
    }
  }
}
