package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.servlet.TestServlets.Answering;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NestingTest {

  private TestApp app;

  /** Hands on to itself, so many times. */
  @Quota("chat")
  private static final class Nesting extends Answering {
    private static final long serialVersionUID = 1L;
    private final int times;
    private final boolean including;

    Nesting(int times, boolean including) {
      this.times = times;
      this.including = including;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (runs.incrementAndGet() > times) {
        response.getWriter().print("done");
        return;
      }
      try {
        var dispatcher = Objects.requireNonNull(request.getRequestDispatcher("/nest"));
        if (including) {
          dispatcher.include(request, response);
        } else {
          dispatcher.forward(request, response);
        }
      } catch (ServletException e) {
        throw new IllegalStateException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  private Nesting start(int times, boolean including) throws Exception {
    Nesting nesting = new Nesting(times, including);
    app = TestApp.with(TestServlets.policies()).servlet("/nest", nesting).start();
    return nesting;
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void whatIsDispatchedWithinARequestIsChargedOnce() throws Exception {
    for (boolean including : new boolean[] {false, true}) {
      Nesting nesting = start(16, including);
      assertThat(app.get("/nest", "X-User", "alice").status()).isEqualTo(200);
      assertThat(nesting.runs).hasValue(17);
      assertThat(app.used("alice", "chat")).isEqualTo(1);
      if (!including) {
        app.close();
      }
    }
  }

  @Test
  void aCircleIsStoppedInsteadOfTheStackOverflowing() throws Exception {
    for (boolean including : new boolean[] {false, true}) {
      Nesting nesting = start(Integer.MAX_VALUE, including);
      assertThat(app.get("/nest", "X-User", "alice").status()).isEqualTo(500);
      assertThat(nesting.runs).hasValue(17);
      assertThat(app.used("alice", "chat")).as("it failed before it delivered").isZero();
      if (!including) {
        app.close();
      }
    }
  }
}
